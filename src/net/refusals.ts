// What a fetch that did not work out means. workerd throws the same "Network connection lost." for refused, reset and broken
// connections and for what is not HTTP, and an "internal error" with a reference for an unknown host and for a failed TLS
// handshake. Production throws less and answers more: Cloudflare's edge stands between, and says it with a status.
import type { ImageFailure } from "../errors.ts";
import { discard } from "./read-body.ts";
import { parseRetryAfter } from "./retry-after.ts";

export function failureOfThrow(error: unknown, url: URL): ImageFailure {
  const host = url.hostname;
  const { name, message } = error instanceof Error ? error : { name: "", message: "" };
  // Over TLS it may as well be a bad certificate, so only plain http is sure enough to speak of spelling.
  if (message.startsWith("internal error") && url.protocol === "http:") return { kind: "dns_error", host };
  if (name === "TypeError" && message.includes("decompression")) {
    return { kind: "corrupt", reason: "its compressed transfer cannot be unpacked" };
  }
  return { kind: "connection_failed", host };
}

/** Uses up or cancels the body. */
export async function failureOfStatus(response: Response, url: URL): Promise<ImageFailure> {
  const edgeError = await readEdgeError(response);
  const host = url.hostname;
  if (edgeError === 1016) return { kind: "dns_error", host };
  if (edgeError === 1003) return { kind: "blocked_address", host, reason: "Cloudflare fetches names, not addresses" };
  const retryAfterSeconds = parseRetryAfter(response.headers.get("retry-after"), Date.now());
  return { kind: "http_status", status: response.status, retryAfterSeconds };
}

/** The number in "error code: 1016", Cloudflare's own body for a request it could not pass on; null for any other. */
async function readEdgeError(response: Response): Promise<number | null> {
  const isEdges = response.status === 530 || response.status === 403;
  if (!isEdges || Number(response.headers.get("content-length") ?? 0) > 64) {
    await discard(response.body);
    return null;
  }
  const reader = response.body?.getReader();
  if (reader === undefined) return null;
  try {
    const { value } = await reader.read();
    const match = /^error code: (\d{4})\b/.exec(new TextDecoder().decode(value?.subarray(0, 64)));
    return match === null ? null : Number(match[1]);
  } catch {
    return null;
  } finally {
    await discard(reader);
  }
}
