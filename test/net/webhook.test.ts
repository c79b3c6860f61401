import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { sendWebhook, signWebhook } from "../../src/net/webhook.ts";
import type { ReceivedWebhook } from "../support/receivers.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const policy = { allowPrivateHosts: [], ownHosts: ["halftone.example"], allowedPorts: [80, 443] };
const options = { secrets: [secret], timeoutMs: 300, policy, timestamp: 1_614_265_330 };

function send(url: string) {
  return sendWebhook({ id: "msg_1", url, body: "{}" }, options);
}

describe("signWebhook", () => {
  test("agrees with the test vector that Svix and Standard Webhooks publish", async () => {
    const signature = await signWebhook(
      [secret],
      "msg_p5jXN8AQM9LWM0D4loKWxJek",
      1_614_265_330,
      '{"test": 2432232314}',
    );

    expect(signature).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  test("passes over white space that came with a pasted secret", async () => {
    const clean = await signWebhook([secret], "msg_1", 1, "{}");

    expect(await signWebhook([` ${secret}\n`], "msg_1", 1, "{}")).toBe(clean);
  });

  test("is verified by the published library", async () => {
    const timestamp = Math.floor(Date.now() / 1000);
    const signature = await signWebhook([secret], "msg_2", timestamp, '{"a":"ä"}');

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
    [410, { error: null, stop: true }],
    [429, { error: null, stop: false, retryAfterSeconds: 7 }],
    [503, { error: null, stop: false, retryAfterSeconds: 7 }],
    [500, { error: null, stop: false, retryAfterSeconds: null }],
    [400, { error: null, stop: false, retryAfterSeconds: null }],
  ])("answers a %i with %j", async (status, expected) => {
    const result = await send(`https://receiver.example/hook?box=s${status}&fail=9&status=${status}&retry-after=7`);

    expect(result).toMatchObject({ delivered: false, status, response: "failed", ...expected });
  });

  test("waits until the date that a receiver asks for", async () => {
    const date = new Date(Date.now() + 90_000).toUTCString();

    const { retryAfterSeconds } = await send(
      `https://receiver.example/hook?box=date&fail=9&status=429&retry-after=${encodeURIComponent(date)}`,
    );

    expect(retryAfterSeconds).toBeGreaterThan(80);
    expect(retryAfterSeconds).toBeLessThanOrEqual(90);
  });

  test.each([
    ["abort-message", 400, true],
    ["disable", 500, true],
    ["", 500, false],
    ["abort-message", 200, false],
  ])("with `webhook-delivery: %s` on a %i stops: %s", async (word, status, stop) => {
    const url = `https://receiver.example/hook?box=words&fail=99&status=${status}&webhook-delivery=${word}`;

    expect(await send(url)).toMatchObject({ status, stop });
  });

  test.each([
    ["refused", { status: null, error: "connection_failed" }],
    ["reset", { status: null, error: "connection_failed" }],
    ["slow", { status: null, error: "timeout" }],
    ["redirect", { status: 307, error: "redirect" }],
    ["broken-close", { status: null, error: "connection_failed" }],
  ])("calls a receiver that is %s a failure: %j", async (manner, expected) => {
    expect(await send(`https://receiver.example/hook?box=m-${manner}&manner=${manner}`)).toMatchObject({
      delivered: false,
      ...expected,
    });
  });

  test("follows no redirect", async () => {
    await send("https://receiver.example/hook?box=followed&manner=redirect");

    expect(await (await fetch("https://receiver.example/received?box=moved")).json()).toEqual([]);
  });

  test("keeps a kilobyte of an answer that never ends", async () => {
    const result = await send("https://receiver.example/hook?box=endless&manner=endless");

    expect(result).toMatchObject({ delivered: true, status: 200 });
    expect(result.response).toBe("0123456789abcdef".repeat(64));
  });

  test("takes a 2xx for success even when the body behind it never comes", async () => {
    const result = await send("https://receiver.example/hook?box=hanging&manner=hanging");

    expect(result).toMatchObject({ delivered: true, status: 200, response: "half a " });
  });

  test("signs with both secrets while one replaces the other", async () => {
    const old = "whsec_a2tra2tra2tra2tra2tra2tra2tra2tr";
    const message = { id: "msg_rotated", url: "https://receiver.example/hook?box=rotated", body: "{}" };
    const timestamp = Math.floor(Date.now() / 1000);
    await sendWebhook(message, { ...options, secrets: [secret, old], timestamp });

    const [hook] = await (await fetch("https://receiver.example/received?box=rotated")).json<ReceivedWebhook[]>();

    const headers = {
      "webhook-id": hook?.id ?? "",
      "webhook-timestamp": hook?.timestamp ?? "",
      "webhook-signature": hook?.signature ?? "",
    };
    for (const one of [secret, old]) expect(new Webhook(one).verify(hook?.body ?? "", headers)).toEqual({});
  });

  test.each([
    ["http://127.0.0.1/hook", "blocked_address"],
    ["http://[::1]/hook", "blocked_address"],
    ["https://halftone.example/v1/jobs", "blocked_address"],
    ["ftp://receiver.example/hook", "invalid_url"],
    ["hook", "invalid_url"],
  ])("does not call %s", async (url, error) => {
    expect(await send(url)).toMatchObject({ delivered: false, status: null, error });
  });
});
