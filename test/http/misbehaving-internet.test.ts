// A catalogue of every misbehaving host there is, in by the API and out by the API, each with the outcome beside it.
import { createMessageBatch } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { consumeImages } from "../../src/job/consume.ts";
import { acceptWith, envWith, losingQueue } from "../support/coordinators.ts";
import { catalogue, getImages, request, waitForEnd } from "../support/jobs.ts";
import { misbehaviours, sourceOf } from "../support/misbehaving-hosts.ts";
import type { Misbehaviour } from "../support/misbehaving-hosts.ts";

const generous = { headersTimeoutMs: 20_000, totalTimeoutMs: 40_000 };
const names = Object.keys(misbehaviours);
/** The flaky host remembers its paths, whoever asked before. */
const urls = names.map((name) =>
  name === "flaky.example" ? `https://${name}/1/${crypto.randomUUID()}.jpg` : sourceOf(name),
);

/** What the API shows of an image: its outcome, and its code where there is one. */
function shownOf(expected: Misbehaviour["expected"]): string {
  if (expected === "picture") return "handed out";
  if (expected === "part of a picture") return "failed";
  return `failed ${expected.kind === "http_status" ? `http_${String(expected["status"])}` : expected.kind}`;
}

describe("a catalogue of misbehaving hosts", () => {
  test("ends with the outcome of each, whatever the others do", async () => {
    const job = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue(urls));
    const images = await getImages(job.id);
    const limitsOf = (source: string) => misbehaviours[names[urls.indexOf(source)] ?? ""]?.limits ?? generous;

    const batches = Map.groupBy(images, (image) => JSON.stringify(limitsOf(image.source)));
    for (const [key, some] of batches) {
      const limits: typeof generous = JSON.parse(key);
      const messages = some.map(({ position }) => ({
        id: String(position),
        timestamp: new Date(),
        attempts: 1,
        body: { job: job.id, position },
      }));
      await consumeImages(
        createMessageBatch("images", messages),
        envWith({
          DOWNLOAD_ATTEMPTS: "1",
          MAX_IMAGE_BYTES: String(64 * 1024),
          HEADERS_TIMEOUT_MS: String(limits.headersTimeoutMs),
          DOWNLOAD_TIMEOUT_MS: String(limits.totalTimeoutMs),
        }),
      );
    }

    expect(await waitForEnd(job.id)).toMatchObject({ outcome: "partial", images_total: names.length });
    const shown = (await getImages(job.id)).map((image) => {
      if (image.outcome !== "failed") return "handed out";
      const expected = misbehaviours[names[urls.indexOf(image.source)] ?? ""]?.expected;
      return expected === "part of a picture" ? "failed" : `failed ${image.code}`;
    });
    expect(Object.fromEntries(names.map((name, index) => [name, shown[index]]))).toEqual(
      Object.fromEntries(names.map((name) => [name, shownOf(misbehaviours[name]?.expected ?? "picture")])),
    );
    const output = await (await request(`/v1/jobs/${job.id}/output.csv`)).text();
    expect(output.split("\r\n")[1]?.split('"').at(-2)?.split(",")).toHaveLength(names.length);
  });
});
