// A webhook's receiver before any job has ended: whether it may be called, and what it says to a test.

import type { Config } from "../config.ts";
import { describeFailure } from "../errors.ts";
import { checkAddress } from "../net/address.ts";
import type { DeliveryAttempt } from "../store/schema.ts";
import { addressPolicy } from "./address-policy.ts";
import { callReceiver } from "./deliver.ts";

/** Why a receiver cannot be called, as a sentence; null when it can. `origin` is where the API was called. */
export function checkReceiver(url: string, config: Config, origin: string): string | null {
  // Where callers have keys, each key has a secret of its own.
  if (config.auth === "open" && config.webhookSecret === "")
    return "This deployment has no WEBHOOK_SECRET to sign with.";
  const parsed = URL.parse(url);
  if (parsed === null) return describeFailure({ kind: "invalid_url", reason: "it cannot be read as a URL" });
  const refused = checkAddress(parsed, addressPolicy(config, origin));
  return refused === null ? null : describeFailure(refused);
}

export interface TestedReceiver extends DeliveryAttempt {
  webhookId: string;
  delivered: boolean;
}

/** Sends a signed `webhook.test`, once. */
export async function testReceiver(
  db: D1Database,
  config: Config,
  { url, ...sender }: { url: string; origin: string; owner: string | null },
): Promise<TestedReceiver> {
  const at = Date.now();
  const webhookId = `msg_test_${crypto.randomUUID()}`;
  const { delivered, status, error, response } = await callReceiver(db, config, sender, {
    id: webhookId,
    url,
    body: JSON.stringify({
      type: "webhook.test",
      message: "This is a test. The end of a job comes in the same way.",
      timestamp: new Date(at).toISOString(),
      data: {},
    }),
  });
  return { webhookId, delivered, at, durationMs: Date.now() - at, status, error, response };
}
