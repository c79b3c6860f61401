import { describe, expect, test } from "vitest";
import { download } from "../../src/net/download.ts";
import type { DownloadOptions } from "../../src/net/download.ts";
import { misbehaviours, picture, sourceOf } from "../support/misbehaving-hosts.ts";

const options: DownloadOptions = {
  policy: { allowPrivateHosts: [], ownHosts: [], allowedPorts: [80, 443] },
  maxBytes: 64 * 1024,
  headersTimeoutMs: 10_000,
  totalTimeoutMs: 10_000,
  maxRedirects: 5,
  userAgentUrl: "https://halftone.example/about",
};

/** `picture` and its parts by name, everything else as it is. */
function summary(result: Awaited<ReturnType<typeof download>>) {
  if (result.kind !== "downloaded") return result;
  const isPart = result.bytes.every((byte, position) => byte === picture[position]);
  if (!isPart) return "other bytes";
  return result.bytes.length === picture.length ? "picture" : "part of a picture";
}

describe("download from a misbehaving host", () => {
  test.concurrent.each(Object.entries(misbehaviours))("%s", async (host, { expected, limits }) => {
    const result = await download(sourceOf(host), { ...options, ...limits });

    expect({ came: summary(result) }).toMatchObject({ came: expected });
  });
});
