import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { fetchSource } from "../../src/job/fetch-source.ts";

const about = "https://halftone.example";

async function kindOf(url: string, env: object): Promise<string> {
  const { download, release } = await fetchSource(readConfig(env), url, about);
  release();
  return download.kind;
}

describe("fetchSource", () => {
  test("does not fetch from the deployment itself", async () => {
    expect(await kindOf(`${about}/image/1.jpg`, {})).toBe("blocked_address");
  });

  test("asks the resolver only where the deployment names one", async () => {
    const env = { DNS_RESOLVER_URL: "https://dns.example/dns-query" };

    // The host does not exist, so only the resolver can have an opinion of it.
    expect(await kindOf("https://leads-inside.example/a.jpg", {})).toBe("dns_error");
    expect(await kindOf("https://leads-inside.example/a.jpg", env)).toBe("blocked_address");
    expect(await kindOf("https://hops.example/0", env)).toBe("downloaded");
  });

  test("takes its limits from the configuration, to the byte", async () => {
    expect(await kindOf("https://hops.example/0", { MAX_IMAGE_BYTES: "573" })).toBe("downloaded");
    expect(await kindOf("https://hops.example/0", { MAX_IMAGE_BYTES: "572" })).toBe("too_large");
    expect(await kindOf("https://hops.example/1", { MAX_REDIRECTS: "1" })).toBe("downloaded");
    expect(await kindOf("https://hops.example/1", { MAX_REDIRECTS: "0" })).toBe("too_many_redirects");
  });
});
