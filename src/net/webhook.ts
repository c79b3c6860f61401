// Standard Webhooks 1.0.0: signs a message and makes one attempt at delivering it.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

import { checkAddress } from "./address.ts";
import type { AddressPolicy } from "./address.ts";
import { codeOf } from "../errors.ts";

export interface WebhookMessage {
  /** The same for every attempt: it lets the receiver see repeats. */
  id: string;
  url: string;
  /** Sent and signed byte for byte. */
  body: string;
}

export interface WebhookOptions {
  /** `whsec_...` */
  secret: string;
  timeoutMs: number;
  policy: AddressPolicy;
  /** Unix time in seconds of this attempt. */
  timestamp: number;
}

export interface WebhookResult {
  delivered: boolean;
  status: number | null;
  /** A code, not the receiver's words. Null when it answered at all. */
  error: string | null;
  /** What the receiver asked for on 429 or 503. */
  retryAfterSeconds: number | null;
  /** 410: the receiver wants no more. */
  gone: boolean;
}

/** The value of `webhook-signature`: HMAC-SHA256 over `id.timestamp.body`, in base64, behind its version. */
export async function signWebhook(secret: string, id: string, timestamp: number, body: string): Promise<string> {
  // Secrets are pasted by people: white space at their ends is not part of them.
  const raw = Uint8Array.fromBase64(secret.trim().replace(/^whsec_/, ""));
  const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${id}.${timestamp}.${body}`));
  return `v1,${new Uint8Array(signature).toBase64()}`;
}

/** One attempt. Never throws for what the receiver or the network does. */
export async function sendWebhook(message: WebhookMessage, options: WebhookOptions): Promise<WebhookResult> {
  const url = URL.parse(message.url);
  if (url === null) return failed("invalid_url");
  // The receiver is somebody's URL like any source, and may name an address inside.
  const blocked = checkAddress(url, options.policy);
  if (blocked !== null) return failed(codeOf(blocked));
  const signature = await signWebhook(options.secret, message.id, options.timestamp, message.body);
  // Not AbortSignal.timeout: its timer outlives the answer, and the coordinator is billed for as long as one runs.
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), options.timeoutMs);
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      redirect: "manual",
      headers: {
        "content-type": "application/json",
        "user-agent": "Halftone-Webhooks/1.0",
        "webhook-id": message.id,
        "webhook-timestamp": String(options.timestamp),
        "webhook-signature": signature,
      },
      body: message.body,
      signal: abort.signal,
    });
  } catch {
    return failed(abort.signal.aborted ? "timeout" : "connection_failed");
  } finally {
    clearTimeout(timer);
  }
  await response.body?.cancel();
  return {
    delivered: response.ok,
    status: response.status,
    error: null,
    retryAfterSeconds: response.status === 429 || response.status === 503 ? retryAfterSeconds(response) : null,
    gone: response.status === 410,
  };
}

function failed(error: string): WebhookResult {
  return { delivered: false, status: null, error, retryAfterSeconds: null, gone: false };
}

function retryAfterSeconds(response: Response): number | null {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
