import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { sendWebhook, signWebhook } from "../../src/net/webhook.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const policy = { allowPrivateHosts: [], ownHosts: [], allowedPorts: [80, 443] };
const options = { secret, timeoutMs: 300, policy, timestamp: 1_614_265_330 };

function send(url: string) {
  return sendWebhook({ id: "msg_1", url, body: "{}" }, options);
}

describe("signWebhook", () => {
  test("agrees with the test vector that Svix and Standard Webhooks publish", async () => {
    const signature = await signWebhook(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, '{"test": 2432232314}');

    expect(signature).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  test("passes over white space that came with a pasted secret", async () => {
    const clean = await signWebhook(secret, "msg_1", 1, "{}");

    expect(await signWebhook(` ${secret}\n`, "msg_1", 1, "{}")).toBe(clean);
  });

  test("is verified by the published library", async () => {
    const timestamp = Math.floor(Date.now() / 1000);
    const signature = await signWebhook(secret, "msg_2", timestamp, '{"a":"ä"}');

    const body = new Webhook(secret).verify('{"a":"ä"}', {
      "webhook-id": "msg_2",
      "webhook-timestamp": String(timestamp),
      "webhook-signature": signature,
    });

    expect(body).toEqual({ a: "ä" });
  });
});

describe("sendWebhook", () => {
  test("takes any 2xx for success", async () => {
    expect(await send("https://receiver.example/hook?box=send")).toMatchObject({ delivered: true, status: 204 });
  });

  test.each([
    [301, { delivered: false, gone: false, retryAfterSeconds: null }],
    [410, { delivered: false, gone: true }],
    [429, { delivered: false, retryAfterSeconds: 7 }],
    [503, { delivered: false, retryAfterSeconds: 7 }],
    [500, { delivered: false, retryAfterSeconds: null }],
  ])("answers a %i with %j", async (status, expected) => {
    const result = await send(`https://receiver.example/hook?box=s${status}&fail=9&status=${status}&retry-after=7`);

    expect(result).toMatchObject({ status, error: null, ...expected });
  });

  test.each([
    ["http://127.0.0.1/hook", "blocked_address"],
    ["http://[::1]/hook", "blocked_address"],
    ["ftp://receiver.example/hook", "invalid_url"],
    ["hook", "invalid_url"],
  ])("does not call %s", async (url, error) => {
    expect(await send(url)).toMatchObject({ delivered: false, status: null, error });
  });
});
