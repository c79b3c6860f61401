// Hosts as catalogues really meet them: slow, endless, looping, lying, flaky, protected, private behind a redirect. Each has
// the outcome beside it that one download of `sourceOf(host)` must have. Runs on the Node side; the table is also read in workerd.
import type { Host, Raw } from "./host.ts";

export interface Misbehaviour {
  answer: Host;
  /** The failure, or that bytes came: the whole picture, or a part of it that the codecs will refuse. */
  expected: { kind: string; [data: string]: unknown } | "picture" | "part of a picture";
  /** Expected to run out of time: these limits instead of generous ones. */
  limits?: { headersTimeoutMs: number; totalTimeoutMs: number };
}

/** A JPEG of 24 x 16 pixels. */
export const picture = Uint8Array.from(
  atob(
    [
      "/9j/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/2wBDAQICAgICAg",
      "UDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wAARCAAQABgDAREAAhEBAxEB/8QAFQAB",
      "AQAAAAAAAAAAAAAAAAAABwn/xAAnEAACAAUCBAcAAAAAAAAAAAABAgADBgghERMEBTHwIiMkQXGR8f/EABcBAQEBAQAAAAAAAAAAAAAAAAYIBw",
      "r/xAApEQABAgUDAwMFAAAAAAAAAAABAhEAAwYhMRJBUQQFEyIygSNCUmFx/9oADAMBAAIRAxEAPwCdtCWukKmzysIuNXdB+CLjnVWpEsnpwJaB",
      "9ymfbn0i7i7u4ZjGc0nXV0ut4X6GtfLFTK5YSdMzJiwH6qrlrKlSL8zFnYOHAPAYgqOLFMVBSVcgaXX8CGCiLXizpt8t3WPVmXAgX19WKmT/AK",
      "R8q91F9IvgCzjLaSEhwz4ioKSrlgl1sIWqJteDFPQbr+2ieEdO8QK7hVqJhvM80zb8BYcMP7pyQxIN459qRrltPqYQwUVa8CUE3gC7a4lomB39",
      "wJ7nVqFLKZ8zyKGEJ9oN87BjYu6wDcGKgpGufaym/cMFF2vDVVncCdMeUifHeYE91q1BWUdRMYbS03LWzh9i6m3KeIqCkK5sllfMf//Z",
    ].join(""),
  ),
  (character) => character.charCodeAt(0),
);

const latin1 = (bytes: Uint8Array) => String.fromCharCode(...bytes);

const give = (headers: Record<string, string> = {}, status = 200) =>
  new Response(picture, { status, headers: { "content-type": "image/jpeg", ...headers } });

const say = (status: number, headers: Record<string, string> = {}, body: string | null = "no") =>
  new Response(body, { status, headers });

const page = (html: string, status = 200) =>
  new Response(html, { status, headers: { "content-type": "text/html; charset=utf-8" } });

const redirect = (location: string) => new Response(null, { status: 302, headers: { location } });

/** Writes an answer byte by byte as given and ends the connection. */
const send = (text: string): Raw => ({ raw: (socket) => socket.end(text, "latin1") });

/** Without "close" workerd would send the next request of another test down a connection that is about to end. */
const head = (...lines: string[]) => `HTTP/1.1 200 OK\r\n${[...lines, "connection: close", ""].join("\r\n")}\r\n`;

/** Writes `text` again and again until the other side has had enough. */
const repeat = (start: string, text: string, everyMs: number): Raw => ({
  raw: (socket) => {
    socket.write(start, "latin1");
    const timer = setInterval(() => socket.write(text, "latin1"), everyMs);
    socket.on("close", () => clearInterval(timer));
  },
});

const gzip = async (bytes: Uint8Array<ArrayBuffer>) =>
  new Response(
    await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer(),
    {
      headers: { "content-type": "image/jpeg", "content-encoding": "gzip" },
    },
  );

const isBrowser = (request: Request) => request.headers.get("user-agent")?.includes("Chrome/") ?? false;

/** `https://hops.example/3` redirects three times and gives the picture. */
const hops: Host = (request) => {
  const left = Number(new URL(request.url).pathname.slice(1));
  return left > 0 ? redirect(`/${left - 1}`) : give();
};

const visits = new Map<string, number>();

/** `/2/any-name.jpg` fails twice and then gives the picture; every path counts for itself. */
const flaky: Host = (request) => {
  const { pathname } = new URL(request.url);
  const visit = (visits.get(pathname) ?? 0) + 1;
  visits.set(pathname, visit);
  return visit <= Number(pathname.split("/")[1]) ? say(503) : give();
};

const blocked = (host: string) => ({ kind: "blocked_address", host });
const notAnImage = (looksLike: string) => ({ kind: "not_an_image", looksLike });
const httpStatus = (status: number, retryAfterSeconds: number | null = null) => ({
  kind: "http_status",
  status,
  retryAfterSeconds,
});
const connectionFailed = { kind: "connection_failed" };
const half = latin1(picture.subarray(0, 300));
const whole = latin1(picture);

export const misbehaviours: Record<string, Misbehaviour> = {
  // Slow
  "silent.example": {
    answer: () => ({ raw: () => undefined }),
    expected: { kind: "timeout", phase: "headers", waitedMs: 100 },
    limits: { headersTimeoutMs: 100, totalTimeoutMs: 10_000 },
  },
  "endless-headers.example": {
    answer: () => repeat("HTTP/1.1 200 OK\r\n", "x-more: and more\r\n", 5),
    expected: { kind: "timeout", phase: "headers", waitedMs: 200 },
    limits: { headersTimeoutMs: 200, totalTimeoutMs: 10_000 },
  },
  "stalled.example": {
    answer: () => ({ raw: (socket) => socket.write(head("content-length: 573") + half, "latin1") }),
    expected: { kind: "timeout", phase: "body", waitedMs: 1000 },
    limits: { headersTimeoutMs: 10_000, totalTimeoutMs: 1000 },
  },
  "dripping.example": {
    answer: () => repeat(head("content-length: 9000") + half, "x", 20),
    expected: { kind: "timeout", phase: "body", waitedMs: 1000 },
    limits: { headersTimeoutMs: 10_000, totalTimeoutMs: 1000 },
  },

  // Too much, too little, not what was said
  "endless.example": {
    answer: () => repeat(head() + half, "x".repeat(16_384), 1),
    expected: { kind: "too_large" },
  },
  "promises-a-terabyte.example": {
    answer: () => send(head("content-length: 1099511627776") + half),
    expected: { kind: "too_large" },
  },
  "promises-too-little.example": {
    answer: () => send(head("content-length: 300") + whole),
    expected: "part of a picture",
  },
  "promises-too-much.example": { answer: () => send(head("content-length: 9000") + whole), expected: "picture" },
  "breaks-off.example": { answer: () => send(head("content-length: 573") + half), expected: connectionFailed },
  "breaks-off-a-chunk.example": {
    answer: () => send(`${head("transfer-encoding: chunked")}12c\r\n${half}\r\nzz\r\n`),
    expected: connectionFailed,
  },
  "resets-half-way.example": {
    answer: () => ({
      raw: (socket) => {
        socket.write(head("content-length: 573") + half, "latin1");
        setTimeout(() => socket.resetAndDestroy(), 20);
      },
    }),
    expected: connectionFailed,
  },
  "without-length.example": { answer: () => send(head() + whole), expected: "picture" },
  "huge-headers.example": {
    answer: () => send(head(`x-huge: ${"x".repeat(12_000)}`, "content-length: 573") + whole),
    expected: "picture",
  },
  "says-html.example": { answer: () => give({ "content-type": "text/html" }), expected: "picture" },
  "says-octets.example": { answer: () => give({ "content-type": "application/octet-stream" }), expected: "picture" },
  "says-no-type.example": { answer: () => send(head("content-length: 573") + whole), expected: "picture" },
  "part-of-it.example": {
    answer: () => give({ "content-range": "bytes 0-572/9999" }, 206),
    expected: { kind: "truncated" },
  },
  "part-is-all-of-it.example": {
    answer: () => give({ "content-range": "bytes 0-572/573" }, 206),
    expected: "picture",
  },
  "gzips.example": { answer: () => gzip(picture), expected: "picture" },
  "gzip-bomb.example": { answer: () => gzip(new Uint8Array(2_000_000).fill(200)), expected: { kind: "too_large" } },
  "gzips-not.example": {
    answer: () => send(head("content-encoding: gzip", "content-length: 573") + whole),
    expected: { kind: "corrupt" },
  },
  "early-hints.example": {
    answer: () => send(`HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n${head("content-length: 573")}${whole}`),
    expected: "picture",
  },

  // Broken
  "resets.example": { answer: () => ({ raw: (socket) => socket.resetAndDestroy() }), expected: connectionFailed },
  "hangs-up.example": { answer: () => ({ raw: (socket) => socket.end() }), expected: connectionFailed },
  "speaks-ssh.example": { answer: () => send("SSH-2.0-OpenSSH_9.6\r\n"), expected: connectionFailed },
  "two-lengths.example": {
    answer: () => send(head("content-length: 573", "content-length: 9") + whole),
    expected: connectionFailed,
  },

  // Redirects
  "loops.example": { answer: () => redirect("https://loops-back.example/"), expected: { kind: "too_many_redirects" } },
  "loops-back.example": { answer: () => redirect("https://loops.example/"), expected: { kind: "too_many_redirects" } },
  "wants-a-cookie.example": {
    answer: (request) =>
      request.headers.has("cookie") ? give() : say(302, { location: request.url, "set-cookie": "seen=1" }, null),
    expected: { kind: "too_many_redirects", limit: 5 },
  },
  "five-hops.example": { answer: () => redirect("https://hops.example/4"), expected: "picture" },
  "six-hops.example": {
    answer: () => redirect("https://hops.example/5"),
    expected: { kind: "too_many_redirects", limit: 5 },
  },
  "hops.example": { answer: hops, expected: "picture" },
  "relative.example": {
    answer: (request) => (request.url.endsWith("/b%20c.jpg?d") ? give() : redirect("b%20c.jpg?d")),
    expected: "picture",
  },
  "non-ascii.example": {
    answer: (request) =>
      request.url.endsWith("/caf%C3%A9.jpg")
        ? give()
        : send("HTTP/1.1 302 Found\r\nlocation: /caf\u00c3\u00a9.jpg\r\nconnection: close\r\n\r\n"),
    expected: "picture",
  },
  "nowhere.example": { answer: () => say(302), expected: httpStatus(302) },
  "no-url.example": { answer: () => redirect("http://["), expected: { kind: "invalid_url" } },
  "to-a-file.example": { answer: () => redirect("file:///etc/passwd"), expected: { kind: "invalid_url" } },
  "to-data.example": { answer: () => redirect("data:image/png;base64,AAAA"), expected: { kind: "invalid_url" } },
  "to-loopback.example": { answer: () => redirect("http://127.0.0.1/"), expected: blocked("127.0.0.1") },
  "to-decimal.example": { answer: () => redirect("http://2130706433/"), expected: blocked("127.0.0.1") },
  "to-ipv6.example": { answer: () => redirect("http://[::1]/"), expected: blocked("[::1]") },
  "to-mapped.example": {
    answer: () => redirect("http://[::ffff:169.254.169.254]/"),
    expected: blocked("[::ffff:a9fe:a9fe]"),
  },
  "to-metadata.example": {
    answer: () => redirect("http://169.254.169.254/latest/meta-data/"),
    expected: blocked("169.254.169.254"),
  },
  "to-private.example": { answer: () => redirect("//10.0.0.1/"), expected: blocked("10.0.0.1") },
  "to-localhost.example": { answer: () => redirect("http://localhost:8787/"), expected: blocked("localhost") },
  "to-a-port.example": { answer: () => redirect("http://db.example:6379/"), expected: blocked("db.example") },
  "to-a-user.example": { answer: () => redirect("http://me@silent.example/"), expected: blocked("silent.example") },

  // Protected
  "forbidden.example": { answer: () => say(403), expected: httpStatus(403) },
  "members-only.example": { answer: () => say(401), expected: httpStatus(401) },
  "browsers-only.example": {
    answer: (request) => (isBrowser(request) ? give() : say(403)),
    expected: "picture",
  },
  "browsers-only-406.example": {
    answer: (request) => (isBrowser(request) ? give() : say(406)),
    expected: "picture",
  },
  "page-for-robots.example": {
    answer: (request) => (isBrowser(request) ? give() : page("<!doctype html><title>Just a moment...</title>")),
    expected: "picture",
  },
  "no-hotlinks.example": {
    answer: (request) => {
      const referer = request.headers.get("referer");
      return referer !== null && URL.parse(referer)?.host === new URL(request.url).host ? give() : say(403);
    },
    expected: "picture",
  },
  "no-false-browsers.example": {
    answer: (request) => (request.headers.has("user-agent") ? say(403) : give()),
    expected: "picture",
  },

  // Something else
  "login.example": {
    answer: () =>
      page('<html><head><title>Shop</title></head><body><form><input type="password"></form></body></html>'),
    expected: notAnImage("a login page"),
  },
  "soft-404.example": {
    answer: () => page("\n<!-- cached --><!DOCTYPE html><html><title>404 - Page Not Found</title></html>"),
    expected: notAnImage("a page that says not found"),
  },
  "shop-page.example": {
    answer: () => page("\ufeff<html><title>Blue shoes</title></html>"),
    expected: notAnImage("a web page"),
  },
  "drive.usercontent.google.com": {
    answer: () => page("<!DOCTYPE html><html><head><title>Google Drive - Virus scan warning</title></head></html>"),
    expected: notAnImage("a Google Drive virus-scan page"),
  },
  "json-error.example": {
    answer: () => say(200, { "content-type": "image/jpeg" }, '{"error":"no such product"}'),
    expected: notAnImage("JSON"),
  },
  "xml-error.example": {
    answer: () => say(200, {}, '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>'),
    expected: notAnImage("XML"),
  },
  "pdf.example": { answer: () => say(200, {}, "%PDF-1.7\n"), expected: notAnImage("a PDF") },
  "empty.example": { answer: () => say(200, {}, null), expected: notAnImage("an empty file") },
  "no-content.example": { answer: () => say(204, {}, null), expected: notAnImage("an empty file") },
  "not-modified.example": { answer: () => say(304, {}, null), expected: httpStatus(304) },

  // Refusals
  "gone.example": { answer: () => page("<title>Gone</title>", 410), expected: httpStatus(410) },
  "missing.example": { answer: () => page("<title>404</title>", 404), expected: httpStatus(404) },
  "busy.example": { answer: () => say(429, { "retry-after": "7" }), expected: httpStatus(429, 7) },
  "busy-for-a-week.example": { answer: () => say(429, { "retry-after": "604800" }), expected: httpStatus(429, 86_400) },
  "down.example": { answer: () => say(500), expected: httpStatus(500) },
  "bad-gateway.example": { answer: () => say(502), expected: httpStatus(502) },
  "in-repair.example": {
    answer: () => say(503, { "retry-after": "Sat, 21 Nov 2020 12:00:00 GMT" }),
    expected: httpStatus(503, 0),
  },
  "flaky.example": { answer: flaky, expected: httpStatus(503) },
  "edge-1003.example": { answer: () => say(403, {}, "error code: 1003"), expected: { kind: "blocked_address" } },
  "edge-530.example": { answer: () => say(530, {}, "error code: 1033"), expected: httpStatus(530) },
};

export const misbehavingHosts: Record<string, Host> = Object.fromEntries(
  Object.entries(misbehaviours).map(([host, { answer }]) => [host, answer]),
);

/** The URL that a catalogue would have of this host's picture. */
export function sourceOf(host: string): string {
  return `https://${host}/1/picture.jpg`;
}
