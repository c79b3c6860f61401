// Standard Webhooks 1.0.0: signs a message and makes one attempt at delivering it.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

import { checkAddress } from "./address.ts";
import type { AddressPolicy } from "./address.ts";
import { codeOf } from "../errors.ts";
import { readExcerpt } from "./excerpt.ts";
import { failureOfThrow } from "./refusals.ts";
import { parseRetryAfter } from "./retry-after.ts";

export interface WebhookMessage {
  /** The same for every attempt: it lets the receiver see repeats. */
  id: string;
  url: string;
  /** Sent and signed byte for byte. */
  body: string;
}

export interface WebhookOptions {
  /** `whsec_...`, each signs; two while one replaces the other, so that the receiver may know either. */
  secrets: readonly string[];
  timeoutMs: number;
  policy: AddressPolicy;
  /** Unix time in seconds of this attempt. */
  timestamp: number;
}

export interface WebhookResult {
  delivered: boolean;
  status: number | null;
  /** A code, not the receiver's words: why there is no status, or what is wrong with it. */
  error: string | null;
  /** The beginning of what the receiver answered. */
  response: string | null;
  /** What the receiver asked for on 429 or 503. */
  retryAfterSeconds: number | null;
  /** The receiver wants no more of this message: 410, or `webhook-delivery: abort-message` as Svix has it. */
  stop: boolean;
}

const maxResponseBytes = 1024;
const stopWords = ["abort-message", "disable"];

/** The value of `webhook-signature`: HMAC-SHA256 over `id.timestamp.body`, in base64, behind its version; one a secret. */
export async function signWebhook(
  secrets: readonly string[],
  id: string,
  timestamp: number,
  body: string,
): Promise<string> {
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  const signatures = await Promise.all(
    secrets.map(async (secret) => {
      // Secrets are pasted by people: white space at their ends is not part of them.
      const raw = Uint8Array.fromBase64(secret.trim().replace(/^whsec_/, ""));
      const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
      return `v1,${new Uint8Array(await crypto.subtle.sign("HMAC", key, signed)).toBase64()}`;
    }),
  );
  return signatures.join(" ");
}

/** One attempt. Never throws for what the receiver or the network does. */
export async function sendWebhook(message: WebhookMessage, options: WebhookOptions): Promise<WebhookResult> {
  const url = URL.parse(message.url);
  if (url === null) return failed("invalid_url");
  // The receiver is somebody's URL like any source, and may name an address inside.
  const blocked = checkAddress(url, options.policy);
  if (blocked !== null) return failed(codeOf(blocked));
  if (options.secrets.length === 0) return failed("no_secret");
  const signature = await signWebhook(options.secrets, message.id, options.timestamp, message.body);
  // Not AbortSignal.timeout: its timer outlives the answer, and the coordinator is billed for as long as one runs.
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), options.timeoutMs);
  try {
    const response = await fetch(url, {
      method: "POST",
      // A redirect would carry a signed message to somebody the job's owner did not name.
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
    return await judge(response);
  } catch (error) {
    return failed(abort.signal.aborted ? "timeout" : codeOf(failureOfThrow(error, url)));
  } finally {
    clearTimeout(timer);
  }
}

/** The status decides. The body is only read for the log, and what is wrong with it changes nothing. */
async function judge(response: Response): Promise<WebhookResult> {
  const { status, headers } = response;
  const excerpt = await readExcerpt(response.body, maxResponseBytes);
  const mayAskForPatience = status === 429 || status === 503;
  return {
    delivered: response.ok,
    status,
    error: errorOfStatus(status, excerpt),
    response: excerpt,
    retryAfterSeconds: mayAskForPatience ? parseRetryAfter(headers.get("retry-after"), Date.now()) : null,
    stop: status === 410 || (!response.ok && stopWords.includes(headers.get("webhook-delivery")?.trim() ?? "")),
  };
}

function errorOfStatus(status: number, excerpt: string | null): string | null {
  if (status >= 300 && status < 400) return "redirect";
  // In production Cloudflare's edge stands between, and answers for a host that does not exist.
  if (status === 530 && excerpt?.startsWith("error code: 1016") === true) return "dns_error";
  return null;
}

function failed(error: string): WebhookResult {
  return { delivered: false, status: null, error, response: null, retryAfterSeconds: null, stop: false };
}
