import { describe, expect, test } from "vitest";
import { ByteBudget } from "../../src/net/byte-budget.ts";
import { download } from "../../src/net/download.ts";
import type { DownloadOptions } from "../../src/net/download.ts";
import { Semaphore } from "../../src/net/semaphore.ts";
import { misbehaviours, picture, sourceOf } from "../support/misbehaving-hosts.ts";
import { until } from "../support/until.ts";

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

interface Asked {
  url: string;
  headers: Headers;
}

/** A `fetch` that writes down what it is asked and answers in turn; the last answer is given again. */
function scripted(...answers: ((asked: Asked) => Response)[]) {
  const asked: Asked[] = [];
  const fetch = (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const current = { url: request.url, headers: request.headers };
    asked.push(current);
    const answer = answers[asked.length - 1] ?? answers.at(-1);
    return answer === undefined ? Promise.reject(new Error("nothing to say")) : Promise.resolve(answer(current));
  };
  return { asked, fetch };
}

const image =
  (headers: Record<string, string> = {}) =>
  () =>
    new Response(picture, { headers });
const status = (code: number) => () => new Response("no", { status: code });
const redirect = (location: string) => () => new Response(null, { status: 302, headers: { location } });
const html = () => new Response("<html><title>Shop</title></html>");

describe("download", () => {
  test("hands over what the next request will need to know", async () => {
    const { fetch } = scripted(
      redirect("/b.jpg#top"),
      image({ "content-type": "image/jpeg", etag: '"v1"', "last-modified": "Sat, 21 Nov 2026 12:00:00 GMT" }),
    );

    const result = await download("https://shop.example/a.jpg", { ...options, fetch });

    expect(result).toEqual({
      kind: "downloaded",
      bytes: picture,
      finalUrl: "https://shop.example/b.jpg#top",
      contentType: "image/jpeg",
      etag: '"v1"',
      lastModified: "Sat, 21 Nov 2026 12:00:00 GMT",
    });
  });

  test.each(["", "not a url", "/a.jpg", "//shop.example/a.jpg", "http://", "http://[::1/"])(
    "finds no URL in %j",
    async (source) => {
      const { asked, fetch } = scripted(image());

      expect((await download(source, { ...options, fetch })).kind).toBe("invalid_url");
      expect(asked).toEqual([]);
    },
  );

  test("asks nobody for an address that is not allowed", async () => {
    const { asked, fetch } = scripted(image());

    expect((await download("http://2130706433/", { ...options, fetch })).kind).toBe("blocked_address");
    expect(asked).toEqual([]);
  });

  test.each([1, 2, 3, 4, 5])("stops before a private address at hop %i", async (hop) => {
    const { asked, fetch } = scripted(
      ...Array.from({ length: hop - 1 }, (_, i) => redirect(`https://hop${i}.example/`)),
      redirect("http://169.254.169.254/latest/meta-data/"),
      image(),
    );

    const result = await download("https://shop.example/a.jpg", { ...options, fetch });

    expect(result).toMatchObject({ kind: "blocked_address", host: "169.254.169.254" });
    expect(asked).toHaveLength(hop);
  });

  test.each([0, 1, 5])("follows %i redirects where so many are allowed, and not one more", async (maxRedirects) => {
    const hops = Array.from({ length: maxRedirects }, (_, i) => redirect(`/${i}`));
    const within = scripted(...hops, image());
    const past = scripted(...hops, redirect("/once-more"), image());

    const followed = await download("https://shop.example/", { ...options, maxRedirects, fetch: within.fetch });
    const stopped = await download("https://shop.example/", { ...options, maxRedirects, fetch: past.fetch });

    expect(followed.kind).toBe("downloaded");
    expect(stopped).toEqual({ kind: "too_many_redirects", limit: maxRedirects });
  });

  test.each([{}, { "content-length": String(picture.length) }])(
    "takes an image of just the limit and refuses a byte more, with %j",
    async (headers) => {
      const { fetch } = scripted(image(headers));
      const source = "https://shop.example/a.jpg";

      const atLimit = await download(source, { ...options, maxBytes: picture.length, fetch });
      const pastIt = await download(source, { ...options, maxBytes: picture.length - 1, fetch });

      expect(atLimit.kind).toBe("downloaded");
      expect(pastIt).toEqual({ kind: "too_large", limitBytes: picture.length - 1 });
    },
  );

  test("does not compare a Content-Length with what was unpacked", async () => {
    const { fetch } = scripted(image({ "content-encoding": "br", "content-length": "99999999" }));

    expect((await download("https://shop.example/a.jpg", { ...options, fetch })).kind).toBe("downloaded");
  });

  test("follows a share link, also one that a short link leads to", async () => {
    const { asked, fetch } = scripted(redirect("https://www.dropbox.com/s/abc/shoe.jpg?dl=0"), image());

    await download("https://bit.example/shoe", { ...options, fetch });

    expect(asked.map(({ url }) => url)).toEqual([
      "https://bit.example/shoe",
      "https://www.dropbox.com/s/abc/shoe.jpg?raw=1",
    ]);
  });
});

describe("the connections of download", () => {
  test("are not more than may wait for their headers, and are free when those are there", async () => {
    const connections = new Semaphore({ capacity: 2, waitMs: 60_000, holdMs: 60_000 });
    const waiting: ((response: Response) => void)[] = [];
    const fetch = () => new Promise<Response>((resolve) => waiting.push(resolve));
    const start = () => download("https://shop.example/a.jpg", { ...options, connections, fetch });

    const all = [start(), start(), start()];
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(waiting).toHaveLength(2);

    // The body of the first is still on its way.
    const first = new IdentityTransformStream();
    waiting[0]?.(new Response(first.readable));
    await until(() => waiting.length === 3);

    const writer = first.writable.getWriter();
    await Promise.all([writer.write(picture), writer.close()]);
    for (const answer of waiting.slice(1)) answer(new Response(picture));
    const kinds = (await Promise.all(all)).map(({ kind }) => kind);
    expect(kinds).toEqual(["downloaded", "downloaded", "downloaded"]);
    expect(connections.isIdle).toBe(true);
  });

  test("do not run down the clock of who waits for one", async () => {
    const connections = new Semaphore({ capacity: 1, waitMs: 60_000, holdMs: 60_000 });
    const other = await connections.acquire(1);
    const { fetch } = scripted(image());

    const result = download("https://shop.example/a.jpg", {
      ...options,
      headersTimeoutMs: 500,
      totalTimeoutMs: 500,
      connections,
      fetch,
    });
    await new Promise((resolve) => setTimeout(resolve, 600));
    other.release();

    expect((await result).kind).toBe("downloaded");
  });
});

describe("the manners of download", () => {
  test.each([401, 403, 406])("asks in three ways where the answer is %i, and reports the first", async (code) => {
    const { asked, fetch } = scripted(status(code), html, status(500));

    const result = await download("https://shop.example/a.jpg", { ...options, fetch });

    expect(result).toMatchObject({ kind: "http_status", status: code });
    expect(asked.map(({ headers }) => headers.get("user-agent"))).toEqual([
      "Mozilla/5.0 (compatible; Halftone/1.0; +https://halftone.example/about)",
      expect.stringContaining("Chrome/"),
      null,
    ]);
    expect(asked.map(({ headers }) => headers.get("referer"))).toEqual([null, "https://shop.example/", null]);
  });

  test("asks again where a page came, and stops when the image does", async () => {
    const { asked, fetch } = scripted(html, image());

    expect((await download("https://shop.example/a.jpg", { ...options, fetch })).kind).toBe("downloaded");
    expect(asked).toHaveLength(2);
  });

  test.each([404, 410, 429, 500, 503])("does not ask again where the answer is %i", async (code) => {
    const { asked, fetch } = scripted(status(code), image());

    await download("https://shop.example/a.jpg", { ...options, fetch });

    expect(asked).toHaveLength(1);
  });

  test("does not ask again for JSON or for nothing", async () => {
    const json = scripted(() => new Response("{}"), image());
    const nothing = scripted(() => new Response(""), image());

    await download("https://shop.example/a.jpg", { ...options, fetch: json.fetch });
    await download("https://shop.example/a.jpg", { ...options, fetch: nothing.fetch });

    expect([json.asked.length, nothing.asked.length]).toEqual([1, 1]);
  });

  test("starts again from the first URL, and names the host it asks as the referer", async () => {
    const { asked, fetch } = scripted(
      redirect("https://cdn.example/a.jpg"),
      status(403),
      redirect("https://cdn.example/a.jpg"),
      image(),
    );

    await download("https://shop.example/a.jpg", { ...options, fetch });

    expect(asked.map(({ url, headers }) => [url, headers.get("referer")])).toEqual([
      ["https://shop.example/a.jpg", null],
      ["https://cdn.example/a.jpg", null],
      ["https://shop.example/a.jpg", "https://shop.example/"],
      ["https://cdn.example/a.jpg", "https://cdn.example/"],
    ]);
  });

  test("carries no cookie, no credentials and no word of its caller", async () => {
    const { asked, fetch } = scripted(
      () => new Response(null, { status: 302, headers: { location: "/b.jpg", "set-cookie": "id=1" } }),
      status(403),
    );

    await download("https://shop.example/a.jpg", { ...options, fetch });

    const allowed = ["accept", "accept-language", "referer", "user-agent"];
    expect(asked.flatMap(({ headers }) => [...headers.keys()]).filter((name) => !allowed.includes(name))).toEqual([]);
  });

  test("reports what is wrong with an image that only a browser is given", async () => {
    const { fetch } = scripted(status(403), image());

    const result = await download("https://shop.example/a.jpg", { ...options, maxBytes: 100, fetch });

    expect(result).toEqual({ kind: "too_large", limitBytes: 100 });
  });

  test("reports the refusal when the time runs out in a later manner", async () => {
    const result = await download("https://forbids-then-silent.example/", {
      ...options,
      totalTimeoutMs: 50,
      fetch: (_input, init) =>
        new Headers(init?.headers).get("user-agent")?.includes("Halftone")
          ? Promise.resolve(new Response("no", { status: 403 }))
          : new Promise((_resolve, reject) =>
              init?.signal?.addEventListener("abort", () => reject(new Error("aborted"))),
            ),
    });

    expect(result).toMatchObject({ kind: "http_status", status: 403 });
  });
});

/** A `reserve` of its own for each download, and what it was asked for. */
function reserving() {
  const budget = new ByteBudget({ totalBytes: 1e9, waitMs: 60_000, holdMs: 60_000 });
  const reserved: number[] = [];
  const reserve = (bytes: number) => {
    reserved.push(bytes);
    return budget.reserve(bytes);
  };
  return { budget, reserve, reserved };
}

describe("the bytes of download", () => {
  test("reserve the Content-Length", async () => {
    const { reserve, reserved } = reserving();
    const { fetch } = scripted(image({ "content-length": String(picture.length) }));

    await download("https://shop.example/a.jpg", { ...options, reserve, fetch });

    expect(reserved).toEqual([picture.length]);
  });

  test("reserve the most they may be where nothing is said, and keep what they are", async () => {
    const { budget, reserve, reserved } = reserving();
    const { fetch } = scripted(image());

    await download("https://shop.example/a.jpg", { ...options, reserve, fetch });

    expect(reserved).toEqual([options.maxBytes]);
    expect(budget.reservedBytes).toBe(picture.length);
  });

  test("reserve nothing for a failure, a page or a redirect, and once for the image behind them", async () => {
    const { reserve, reserved } = reserving();
    const { fetch } = scripted(redirect("/b.jpg"), status(403), redirect("/b.jpg"), html, redirect("/b.jpg"), image());

    const result = await download("https://shop.example/a.jpg", { ...options, reserve, fetch });

    expect(result.kind).toBe("downloaded");
    expect(reserved).toHaveLength(1);
  });

  test("stay with the server but for the first few until there is room", async () => {
    const room = Promise.withResolvers<void>();
    let sent = 0;
    const body = new ReadableStream({
      type: "bytes",
      pull(controller: ReadableByteStreamController) {
        sent += 10_000;
        controller.enqueue(new Uint8Array(10_000).fill(255));
        if (sent === 60_000) controller.close();
      },
    });
    const { budget } = reserving();
    const asked = Promise.withResolvers<void>();
    const { fetch } = scripted(() => new Response(body, { headers: { "content-length": "60000" } }));

    const result = download("https://shop.example/a.jpg", {
      ...options,
      // Much less than the wait for room: it is not the server that makes us wait.
      totalTimeoutMs: 500,
      fetch,
      reserve: async (bytes) => {
        asked.resolve();
        await room.promise;
        return budget.reserve(bytes);
      },
    });
    await asked.promise;
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(sent).toBe(20_000);

    room.resolve();
    expect((await result).kind).toBe("downloaded");
  });

  test.each([
    ["a redirect", 302, { location: "http://127.0.0.1/" }],
    ["a missing image", 404, {}],
    ["a forbidden image", 403, {}],
    ["an image that is too large", 200, { "content-length": "999999999" }],
    ["a part of an image", 206, { "content-range": "bytes 0-9/99" }],
    ["a page", 200, { "content-type": "text/html" }],
  ])("of %s are not left unread", async (_name, code, headers) => {
    let open = 0;
    const body = () => {
      open++;
      return new ReadableStream({
        type: "bytes",
        pull: (controller: ReadableByteStreamController) =>
          controller.enqueue(new TextEncoder().encode("<html>".repeat(10_000))),
        cancel: () => void open--,
      });
    };
    const { asked, fetch } = scripted(() => new Response(body(), { status: code, headers }));

    await download("https://shop.example/a.jpg", { ...options, fetch });

    expect(asked.length).toBeGreaterThan(0);
    expect(open).toBe(0);
  });
});

describe("download of an image that is known", () => {
  const url = "https://shop.example/a.jpg";
  const known = { url, etag: '"v1"', lastModified: "Sat, 07 Nov 2026 12:00:00 GMT" };
  const notModified =
    (headers: Record<string, string> = {}) =>
    () =>
      new Response(null, { status: 304, headers });
  const conditions = (asked: Asked[]) => asked.map(({ headers }) => headers.get("if-none-match"));

  test("asks whether there is another, and takes no for an answer", async () => {
    const { asked, fetch } = scripted(notModified());

    const result = await download(url, { ...options, known, fetch });

    expect(result).toEqual({ kind: "not_modified" });
    expect(conditions(asked)).toEqual(['"v1"']);
  });

  test("asks a redirect nothing, and its target only where that is the one that is known", async () => {
    const there = scripted(redirect("/a.jpg"), notModified());
    const elsewhere = scripted(redirect("/b.jpg"), image());

    const answers = [
      await download("https://shop.example/start", { ...options, known, fetch: there.fetch }),
      await download("https://shop.example/start", { ...options, known, fetch: elsewhere.fetch }),
    ];

    expect(answers.map(({ kind }) => kind)).toEqual(["not_modified", "downloaded"]);
    expect([conditions(there.asked), conditions(elsewhere.asked)]).toEqual([
      [null, '"v1"'],
      [null, null],
    ]);
  });

  test("asks in another manner on the same condition", async () => {
    const { asked, fetch } = scripted(status(403), notModified());

    expect((await download(url, { ...options, known, fetch })).kind).toBe("not_modified");
    expect(conditions(asked)).toEqual(['"v1"', '"v1"']);
  });

  test("asks again without a condition where the answer is about another image, and once only", async () => {
    const { asked, fetch } = scripted(notModified({ etag: '"v2"' }));

    const result = await download(url, { ...options, known, fetch });

    expect(result).toMatchObject({ kind: "http_status", status: 304 });
    expect(conditions(asked)).toEqual(['"v1"', null]);
  });

  test("takes a 304 for a failure where nothing was asked", async () => {
    const { fetch } = scripted(notModified());

    const results = [
      await download(url, { ...options, fetch }),
      await download("https://shop.example/b.jpg", { ...options, known, fetch }),
    ];

    for (const result of results) expect(result).toMatchObject({ kind: "http_status", status: 304 });
  });
});
