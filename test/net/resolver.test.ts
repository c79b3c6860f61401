import { describe, expect, test } from "vitest";
import { download } from "../../src/net/download.ts";
import { Resolver } from "../../src/net/resolver.ts";
import type { ResolverOptions } from "../../src/net/resolver.ts";

const policy = { allowPrivateHosts: ["nas.example"], ownHosts: [], allowedPorts: [80, 443] };
const signal = new AbortController().signal;

type Records = { A?: string[]; AAAA?: string[] };

/** A resolver before a zone of names, and what it was asked. */
function resolverOf(zone: Record<string, Records>, changes: Partial<ResolverOptions> & { ttl?: number } = {}) {
  const asked: string[] = [];
  const fetch = (input: RequestInfo | URL) => {
    const { searchParams } = new URL(new Request(input).url);
    const name = searchParams.get("name") ?? "";
    const type = searchParams.get("type") === "AAAA" ? "AAAA" : "A";
    asked.push(`${name} ${type}`);
    const records = zone[name]?.[type] ?? [];
    return Promise.resolve(
      Response.json({
        Status: name in zone ? 0 : 3,
        Answer: [
          { name, type: 5, TTL: 1, data: "alias.example." },
          ...records.map((data) => ({ name, type: type === "A" ? 1 : 28, TTL: changes.ttl ?? 60, data })),
        ],
      }),
    );
  };
  const resolver = new Resolver({ url: "https://dns.example/dns-query", maxNames: 100, fetch, ...changes });
  const check = async (url: string) => (await resolver.check(new URL(url), policy, signal))?.kind ?? "public";
  return { resolver, check, asked };
}

describe("Resolver", () => {
  test("lets names with public addresses pass and refuses all others", async () => {
    const { check } = resolverOf({
      "public.example": { A: ["8.8.8.8"], AAAA: ["2606:4700:4700::1111"] },
      "v4.example": { A: ["8.8.8.8"] },
      "v6.example": { AAAA: ["2606:4700:4700::1111"] },
      "inside.example": { A: ["10.0.0.1"] },
      "inside6.example": { A: ["8.8.8.8"], AAAA: ["fd00::1"] },
      "mixed.example": { A: ["8.8.8.8", "127.0.0.1"] },
      "metadata.example": { A: ["169.254.169.254"] },
      "nonsense.example": { A: ["not an address"] },
      "nothing.example": {},
    });

    expect(await check("https://public.example/a.jpg")).toBe("public");
    expect(await check("https://v4.example./a.jpg")).toBe("public");
    expect(await check("https://v6.example/a.jpg")).toBe("public");
    expect(await check("https://inside.example/a.jpg")).toBe("blocked_address");
    expect(await check("https://inside6.example/a.jpg")).toBe("blocked_address");
    expect(await check("https://mixed.example/a.jpg")).toBe("blocked_address");
    expect(await check("https://metadata.example/a.jpg")).toBe("blocked_address");
    expect(await check("https://nonsense.example/a.jpg")).toBe("blocked_address");
    expect(await check("https://nothing.example/a.jpg")).toBe("dns_error");
    expect(await check("https://missing.example/a.jpg")).toBe("dns_error");
  });

  test("has nothing to look up for an address or a host that may be private", async () => {
    const { check, asked } = resolverOf({});

    expect(await check("http://8.8.8.8/")).toBe("public");
    expect(await check("http://[2606:4700:4700::1111]/")).toBe("public");
    expect(await check("http://nas.example:9000/")).toBe("public");
    expect(asked).toEqual([]);
  });

  test.each([
    ["is not reached", () => Promise.reject(new Error("lost"))],
    ["answers 500", () => Promise.resolve(Response.json({ Status: 0 }, { status: 500 }))],
    ["answers no JSON", () => Promise.resolve(new Response("<html>"))],
    ["answers other JSON", () => Promise.resolve(Response.json([]))],
    ["fails to resolve", () => Promise.resolve(Response.json({ Status: 2 }))],
  ])("lets nothing pass when it %s", async (_what, fetch) => {
    const { check } = resolverOf({ "public.example": { A: ["8.8.8.8"] } }, { fetch });

    expect(await check("https://public.example/")).toBe("dns_error");
  });

  test.each([
    ["as long as DNS says", 60, 60],
    ["half a minute at least", 0, 30],
    ["five minutes at most", 86_400, 300],
  ])("remembers %s", async (_what, ttl, seconds) => {
    let time = 0;
    const { check, asked } = resolverOf({ "public.example": { A: ["8.8.8.8"] } }, { ttl, now: () => time });

    await check("https://public.example/a.jpg");
    time = seconds * 1000 - 1;
    await check("https://public.example/b.jpg");
    expect(asked).toHaveLength(2);

    time = seconds * 1000;
    await check("https://public.example/c.jpg");
    expect(asked).toHaveLength(4);
  });

  test("remembers no more names than it may", async () => {
    const zone = { "a.example": { A: ["8.8.8.8"] }, "b.example": { A: ["8.8.8.8"] }, "c.example": { A: ["8.8.8.8"] } };
    const { check, asked } = resolverOf(zone, { maxNames: 2 });

    for (const name of ["a", "b", "c", "c", "b", "a"]) await check(`https://${name}.example/`);

    expect(asked.filter((question) => question.endsWith(" A"))).toEqual([
      "a.example A",
      "b.example A",
      "c.example A",
      "a.example A",
    ]);
  });

  test("stands before every hop of a download", async () => {
    const { resolver } = resolverOf({ "shop.example": { A: ["8.8.8.8"] }, "inside.example": { A: ["10.0.0.1"] } });
    const fetched: string[] = [];

    const result = await download("https://shop.example/a.jpg", {
      policy,
      resolver,
      maxBytes: 1000,
      headersTimeoutMs: 10_000,
      totalTimeoutMs: 10_000,
      maxRedirects: 5,
      userAgentUrl: "https://halftone.example",
      fetch: (input) => {
        fetched.push(new Request(input).url);
        return Promise.resolve(
          new Response(null, { status: 302, headers: { location: "https://inside.example/a.jpg" } }),
        );
      },
    });

    expect(result).toMatchObject({ kind: "blocked_address", host: "inside.example" });
    expect(fetched).toEqual(["https://shop.example/a.jpg"]);
  });
});
