// The receiver's side of Standard Webhooks 1.0.0, in the few lines that any receiver needs.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

import { createHmac, timingSafeEqual } from "node:crypto";

export interface SignedMessage {
  id: string;
  /** Seconds since 1970, as the header has it. */
  timestamp: string;
  /** One or more `v1,<base64>`, separated by blanks: two while a secret is being replaced. */
  signature: string;
  /** The raw bytes; a body that was parsed and written again has another signature. */
  body: Uint8Array;
}

/** Older or newer messages may be replays. */
const toleranceSeconds = 300;

/** Null when the message is genuine; otherwise what is wrong with it. */
export function checkWebhook(secret: string, message: SignedMessage, nowSeconds: number): string | null {
  const age = nowSeconds - Number(message.timestamp);
  if (!(Math.abs(age) <= toleranceSeconds)) return `its timestamp is ${age} s away`;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const expected = createHmac("sha256", key)
    .update(`${message.id}.${message.timestamp}.`)
    .update(message.body)
    .digest();
  const isGenuine = message.signature.split(" ").some((entry) => {
    const [version, encoded = ""] = entry.split(",");
    const given = Buffer.from(encoded, "base64");
    return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
  });
  return isGenuine ? null : "its signature does not fit its body";
}
