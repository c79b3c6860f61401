// Fetches one image by its URL. What the network, the server or the URL does wrong comes back as an `ImageFailure`; nothing
// that a stranger's server says is trusted, and nothing it says is repeated to the caller.
import type { ImageFailure } from "../errors.ts";
import { checkAddress } from "./address.ts";
import type { AddressPolicy } from "./address.ts";
import type { ByteReservation } from "./byte-budget.ts";
import { endsLikeImage } from "./complete-image.ts";
import { conditionsFor, confirms } from "./conditional.ts";
import type { Validators } from "./conditional.ts";
import { Deadline } from "./deadline.ts";
import { looksLikeNoImage, peekBytes } from "./page-kind.ts";
import type { NotAnImage } from "./page-kind.ts";
import { discard, readBody } from "./read-body.ts";
import type { Resolver } from "./resolver.ts";
import type { Semaphore } from "./semaphore.ts";
import { failureOfStatus, failureOfThrow } from "./refusals.ts";
import { manners } from "./manners.ts";
import type { Manner } from "./manners.ts";
import { directUrl } from "./share-links.ts";

export interface Download {
  kind: "downloaded";
  bytes: Uint8Array<ArrayBuffer>;
  /** Where the redirects ended. */
  finalUrl: string;
  contentType: string | null;
  etag: string | null;
  lastModified: string | null;
}

/** The server still has the image that it is known by. */
export interface NotModified {
  kind: "not_modified";
}

export interface DownloadOptions {
  policy: AddressPolicy;
  maxBytes: number;
  /** For each request to answer. */
  headersTimeoutMs: number;
  /** For everything: redirects, further attempts and the body. */
  totalTimeoutMs: number;
  maxRedirects: number;
  /** What the honest User-Agent names, so that a host can find out who asks. */
  userAgentUrl: string;
  /** Looks every name up before it is fetched; without it only spellings are judged. */
  resolver?: Resolver;
  /** Asks for the image only if it is another than this one. */
  known?: Validators | null;
  /** Gives room for an image's bytes, once and before more than its first few are read. The caller releases it. */
  reserve?: (bytes: number) => Promise<ByteReservation>;
  /** Requests that wait for their headers at a time. */
  connections?: Semaphore;
  fetch?: typeof fetch;
}

/** Follows share links and redirects, and asks again in another manner where a server refuses the honest one. */
export async function download(
  source: string,
  options: DownloadOptions,
): Promise<Download | NotModified | ImageFailure> {
  const url = URL.parse(source);
  if (url === null) return { kind: "invalid_url", reason: "it cannot be read as a URL" };

  const deadline = new Deadline(options);
  try {
    let first: Refusal | null = null;
    for (const manner of manners(options.userAgentUrl)) {
      const result = await attempt(url, manner, deadline, options);
      if ("download" in result) return result.download;
      if (result.because === "delivery") return result.failure;
      first ??= result;
      if (result.because !== "manners" || deadline.missed !== null) break;
    }
    // What the honest request was told; later ones may only have run out of time.
    return first?.failure ?? { kind: "internal" };
  } finally {
    deadline.stop();
  }
}

interface Refusal {
  failure: ImageFailure;
  /**
   * `manners`: the server may answer another User-Agent otherwise. `delivery`: it did hand something out, so that this is
   * what the caller has to know, whatever others were told before.
   */
  because: "manners" | "delivery" | "other";
}

type Result = { download: Download | NotModified } | Refusal;

const refusal = (failure: ImageFailure, because: Refusal["because"] = "other"): Refusal => ({ failure, because });

async function attempt(source: URL, manner: Manner, deadline: Deadline, options: DownloadOptions): Promise<Result> {
  let url = source;
  for (let redirects = 0; ; redirects++) {
    url = directUrl(url);
    const blocked = checkAddress(url, options.policy);
    if (blocked !== null) return refusal(blocked);
    if (options.resolver !== undefined) {
      const unresolved = await deadline.untilHeaders(options.resolver.check(url, options.policy, deadline.signal));
      if (unresolved !== null) return refusal(deadline.missed ?? unresolved);
    }

    const conditions = conditionsFor(url, options.known ?? null);
    let response: Response;
    try {
      response = await request(url, { ...manner(url), ...conditions }, deadline, options);
    } catch (error) {
      return refusal(deadline.missed ?? failureOfThrow(error, url));
    }

    const location = response.headers.get("location");
    if (response.status >= 300 && response.status < 400 && response.status !== 304 && location !== null) {
      await discard(response.body);
      if (redirects === options.maxRedirects) return refusal({ kind: "too_many_redirects", limit: redirects });
      const next = URL.parse(location, url.href);
      if (next === null) return refusal({ kind: "invalid_url", reason: "it redirects to something that is no URL" });
      url = next;
      continue;
    }
    if (response.status === 304 && options.known && Object.keys(conditions).length > 0) {
      await discard(response.body);
      if (confirms(options.known, response.headers.get("etag"))) return { download: { kind: "not_modified" } };
      return attempt(source, manner, deadline, { ...options, known: null });
    }
    if (!response.ok) {
      const failure = await failureOfStatus(response, url);
      return refusal(failure, [401, 403, 406].includes(response.status) ? "manners" : "other");
    }
    return receive(response, url, deadline, options);
  }
}

/** The platform lets six requests wait for their headers and holds the next back, which must not run down its clock. */
async function request(
  url: URL,
  headers: Record<string, string>,
  deadline: Deadline,
  options: DownloadOptions,
): Promise<Response> {
  const fetcher = options.fetch ?? fetch;
  const { connections } = options;
  // Mostly nobody waits, and a clock that is not stopped need not be started again.
  const permit = connections && (connections.tryAcquire(1) ?? (await deadline.pausedFor(connections.acquire(1))));
  try {
    const answer = fetcher(url.href, { redirect: "manual", headers, signal: deadline.signal });
    return await deadline.untilHeaders(answer);
  } finally {
    permit?.release();
  }
}

async function receive(response: Response, url: URL, deadline: Deadline, options: DownloadOptions): Promise<Result> {
  const { maxBytes, reserve } = options;
  const { headers } = response;
  const contentType = headers.get("content-type");
  const promised = promisedBytes(headers);
  if (promised !== null && promised > maxBytes) {
    await discard(response.body);
    return refusal({ kind: "too_large", limitBytes: maxBytes }, "delivery");
  }
  if (isPart(response)) {
    await discard(response.body);
    return refusal({ kind: "truncated", reason: "the server sent only a part of it" }, "delivery");
  }
  let noImage: NotAnImage | null = null;
  let room: ByteReservation | undefined;
  const body = await readBody(response.body, {
    maxBytes,
    expectedBytes: promised ?? 0,
    peekBytes,
    isWanted: async (start) => {
      noImage = looksLikeNoImage(start, contentType, url);
      if (noImage !== null) return false;
      // Not before: a slow server would hold room for nothing, and nobody waits here while holding any.
      room = reserve && (await deadline.pausedFor(reserve(promised ?? maxBytes)));
      return true;
    },
  });
  const host = url.hostname;
  switch (body.end) {
    case "too_large":
      return refusal({ kind: "too_large", limitBytes: maxBytes }, "delivery");
    case "unwanted":
      return refusalOfNoImage(noImage);
    case "broken":
      if (deadline.missed !== null) return refusal(deadline.missed, "delivery");
      // A Content-Length that is too large does not matter when the image is there.
      if (!endsLikeImage(body.bytes)) return refusal(failureOfThrow(body.error, url), "delivery");
      break;
    case "complete":
      if (promised !== null && body.bytes.length < promised && !endsLikeImage(body.bytes)) {
        return refusal({ kind: "connection_failed", host }, "delivery");
      }
  }
  room?.shrink(body.bytes.length);
  return {
    download: {
      kind: "downloaded",
      bytes: body.bytes,
      finalUrl: url.href,
      contentType,
      etag: headers.get("etag"),
      lastModified: headers.get("last-modified"),
    },
  };
}

function refusalOfNoImage(noImage: NotAnImage | null): Refusal {
  const { looksLike, isPage } = noImage ?? { looksLike: "something else", isPage: false };
  return refusal({ kind: "not_an_image", looksLike }, isPage ? "manners" : "other");
}

/** Null when the body's size is not known beforehand: Content-Length counts what is sent, and fetch unpacks it. */
function promisedBytes(headers: Headers): number | null {
  if ((headers.get("content-encoding") ?? "identity") !== "identity") return null;
  const length = headers.get("content-length") ?? "";
  return /^\d{1,15}$/.test(length) ? Number(length) : null;
}

/** 206 is no answer to a request without Range, but some servers give it, mostly with everything. */
function isPart(response: Response): boolean {
  if (response.status !== 206) return false;
  const range = /^bytes 0-(\d+)\/(\d+)$/.exec(response.headers.get("content-range") ?? "");
  return range === null || Number(range[1]) + 1 !== Number(range[2]);
}
