import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { checkWebhook } from "../../scripts/demo/webhook-signature.ts";

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const sentAt = 1_700_000_000;
const text = '{"type":"job.completed","name":"Größe"}';

/** Signed by the reference implementation. */
function message(changes: { body?: string; timestamp?: string; signature?: string } = {}) {
  return {
    id: "msg_1",
    timestamp: String(sentAt),
    signature: new Webhook(secret).sign("msg_1", new Date(sentAt * 1000), text),
    ...changes,
    body: Buffer.from(changes.body ?? text),
  };
}

describe("checkWebhook", () => {
  test("takes what the reference implementation signed", () => {
    expect(checkWebhook(secret, message(), sentAt)).toBeNull();
  });

  test("takes a message with a second signature in front, as while a secret is replaced", () => {
    const other = new Webhook(Buffer.alloc(32, 8).toString("base64")).sign("msg_1", new Date(sentAt * 1000), text);

    expect(checkWebhook(secret, message({ signature: `${other} ${message().signature}` }), sentAt)).toBeNull();
  });

  test.each([
    ["a changed body", message({ body: text.replace("completed", "failed") })],
    ["a changed timestamp", message({ timestamp: String(sentAt + 1) })],
    ["another version", message({ signature: message().signature.replace("v1,", "v2,") })],
    ["no signature", message({ signature: "" })],
  ])("refuses %s", (_, forged) => {
    expect(checkWebhook(secret, forged, sentAt)).toContain("signature");
  });

  test("refuses another secret", () => {
    expect(checkWebhook(`whsec_${Buffer.alloc(32, 9).toString("base64")}`, message(), sentAt)).toContain("signature");
  });

  test("takes a message up to five minutes old, and no older or newer one", () => {
    expect(checkWebhook(secret, message(), sentAt + 300)).toBeNull();
    expect(checkWebhook(secret, message(), sentAt + 301)).toContain("timestamp");
    expect(checkWebhook(secret, message(), sentAt - 301)).toContain("timestamp");
    expect(checkWebhook(secret, message({ timestamp: "soon" }), sentAt)).toContain("timestamp");
  });
});
