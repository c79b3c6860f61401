import { env } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { signingSecrets } from "../../src/job/webhook-secrets.ts";
import { request } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";
import { callAs, newKey } from "../support/keys.ts";

const openSecret = "whsec_a2tra2tra2tra2tra2tra2tra2tra2tr";
const config = readConfig(env);

function testWebhook(url: unknown, key: string | null = null) {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ url }) };
  return key === null ? request("/v1/webhooks/test", init) : callAs(key, "/v1/webhooks/test", init);
}

async function received(box: string): Promise<Json> {
  const [hook]: Json[] = await (await fetch(`https://receiver.example/received?box=${box}`)).json();
  return hook;
}

function verify(secret: string, hook: Json): unknown {
  return new Webhook(secret).verify(hook.body, {
    "webhook-id": hook.id,
    "webhook-timestamp": hook.timestamp,
    "webhook-signature": hook.signature,
  });
}

describe("POST /v1/webhooks/test", () => {
  test("sends a signed `webhook.test` and tells how it went", async () => {
    const answer = await testWebhook("https://receiver.example/hook?box=tested");

    const hook = await received("tested");
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ webhook_id: hook.id, delivered: true, status: 204, error: null });
    expect(verify(openSecret, hook)).toMatchObject({ type: "webhook.test" });
  });

  test("tells how it went wrong, with the beginning of the answer, and does not try again", async () => {
    const answer = await testWebhook("https://receiver.example/hook?box=tested-500&fail=9");

    expect(await answer.json()).toMatchObject({ delivered: false, status: 500, response: "failed" });
  });

  test.each(["http://127.0.0.1/hook", "https://halftone.example/v1/jobs", "hook"])("does not call %s", async (url) => {
    const answer = await testWebhook(url);

    expect([answer.status, (await answer.json<Json>()).code]).toEqual([400, "invalid_option"]);
  });

  test.each([null, 7, "x".repeat(2_049)])("refuses %j as a URL", async (url) => {
    expect((await testWebhook(url)).status).toBe(400);
  });
});

describe("the body of POST /v1/webhooks/test", () => {
  const receiver = JSON.stringify({ url: "https://receiver.example/hook?box=sized" });

  test.each([
    ["of another type", "text/plain", receiver, 415, "unsupported_media_type"],
    ["of no type", "", new TextEncoder().encode(receiver), 415, "unsupported_media_type"],
    ["that is no JSON", "application/json", "{", 400, "malformed_json"],
    ["in another encoding", "application/json", new Uint8Array([0xff, 0xfe, 0x7b, 0x00]), 400, "malformed_json"],
    ["without a URL", "application/json", "{}", 400, "invalid_parameter"],
    ["that is a list", "application/json", "[]", 400, "invalid_parameter"],
    ["past 16 KB", "application/json", receiver.padEnd(16 * 1024 + 1), 413, "json_too_large"],
  ])("is refused when it is one %s", async (_what, type, body, status, code) => {
    const headers: HeadersInit = type === "" ? {} : { "content-type": type };

    const answer = await request("/v1/webhooks/test", { method: "POST", headers, body });

    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(await answer.json()).toMatchObject({ status, code });
  });

  test("may have 16 KB", async () => {
    const headers = { "content-type": "Application/JSON; charset=utf-8" };

    const answer = await request("/v1/webhooks/test", { method: "POST", headers, body: receiver.padEnd(16 * 1024) });

    expect(answer.status).toBe(200);
  });
});

describe("a key's own secret", () => {
  test("signs the webhooks of its jobs, and is 32 bytes that no other key has", async () => {
    const [ours, theirs] = await Promise.all([newKey(), newKey()]);
    const { secret } = await (await callAs(ours.key, "/v1/webhooks/secret")).json<Json>();
    const other = await (await callAs(theirs.key, "/v1/webhooks/secret")).json<Json>();

    await testWebhook("https://receiver.example/hook?box=own-secret", ours.key);

    const hook = await received("own-secret");
    expect(Uint8Array.fromBase64(secret.replace("whsec_", ""))).toHaveLength(32);
    expect(verify(secret, hook)).toMatchObject({ type: "webhook.test" });
    expect(() => verify(other.secret, hook)).toThrow(/signature/i);
    expect(() => verify(openSecret, hook)).toThrow(/signature/i);
  });

  test("stays the same however often it is asked for, and is not to be stored on the way", async () => {
    const { key } = await newKey();

    const answers = await Promise.all([1, 2, 3].map(() => callAs(key, "/v1/webhooks/secret")));

    expect(answers.map((answer) => answer.headers.get("cache-control"))).toEqual(Array(3).fill("no-store"));
    expect(new Set(await Promise.all(answers.map(async (answer) => (await answer.json<Json>()).secret))).size).toBe(1);
  });

  test("when it is replaced signs beside its successor for 24 hours, and no longer", async () => {
    const { id, key } = await newKey();
    const before = await (await callAs(key, "/v1/webhooks/secret")).json<Json>();
    const after = await (await callAs(key, "/v1/webhooks/secret/rotate", { method: "POST" })).json<Json>();
    await testWebhook("https://receiver.example/hook?box=own-rotated", key);

    const hook = await received("own-rotated");
    const end = Date.parse(after.previous_valid_until);
    expect(end - Date.now()).toBeGreaterThan(86_300_000);
    for (const secret of [before.secret, after.secret]) expect(verify(secret, hook)).toBeDefined();
    expect(await signingSecrets(env.DB, config, id, end - 1)).toEqual([after.secret, before.secret]);
    expect(await signingSecrets(env.DB, config, id, end)).toEqual([after.secret]);
  });

  test("needs no WEBHOOK_SECRET of the deployment", async () => {
    const { key } = await newKey();
    const body = JSON.stringify({ url: "https://receiver.example/hook?box=no-default" });
    const init = { method: "POST", headers: { "content-type": "application/json" }, body };

    const answer = await callAs(key, "/v1/webhooks/test", init, { WEBHOOK_SECRET: "" });

    expect(await answer.json()).toMatchObject({ delivered: true });
  });

  test("does not exist where there are no keys", async () => {
    const answer = await request("/v1/webhooks/secret");

    expect([answer.status, (await answer.json<Json>()).code]).toEqual([409, "one_secret_for_all"]);
    expect(await signingSecrets(env.DB, config, null, 0)).toEqual([openSecret]);
  });
});
