import { describe, expect, test } from "vitest";
import { failureOfStatus, failureOfThrow } from "../../src/net/refusals.ts";

const url = new URL("http://shop.example/a.jpg");
const secure = new URL("https://shop.example/a.jpg");

describe("failureOfThrow", () => {
  test.each([
    ["Network connection lost.", url, "connection_failed"],
    ["Network connection lost.", secure, "connection_failed"],
    ["internal error; reference = abc", url, "dns_error"],
    ["internal error; reference = abc", secure, "connection_failed"],
  ])("takes %j of %s for %s", (message, from, kind) => {
    expect(failureOfThrow(new Error(message), from)).toEqual({ kind, host: "shop.example" });
  });

  test("does not mind what is thrown, and repeats none of it", () => {
    expect(failureOfThrow("secret", url)).toEqual({ kind: "connection_failed", host: "shop.example" });
    expect(failureOfThrow(undefined, url)).toEqual({ kind: "connection_failed", host: "shop.example" });
  });

  test("understands what workerd throws for a connection that is closed", async () => {
    const error = await fetch("http://hangs-up.example/").catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(Error);
    expect(failureOfThrow(error, url).kind).toBe("connection_failed");
  });
});

describe("failureOfStatus", () => {
  test.each([
    [530, "error code: 1016", { kind: "dns_error", host: "shop.example" }],
    [403, "error code: 1003", { kind: "blocked_address", host: "shop.example" }],
    [530, "error code: 10160", { kind: "http_status", status: 530 }],
    [530, "error code: 1033", { kind: "http_status", status: 530 }],
    [530, "<html>error code: 1016", { kind: "http_status", status: 530 }],
    [530, null, { kind: "http_status", status: 530 }],
    [404, "error code: 1016", { kind: "http_status", status: 404 }],
  ])("reads %i with the body %j", async (status, body, failure) => {
    expect(await failureOfStatus(new Response(body, { status }), url)).toMatchObject(failure);
  });

  test("keeps what the server says of its next opening hours", async () => {
    const response = new Response("", { status: 503, headers: { "retry-after": "90" } });

    expect(await failureOfStatus(response, url)).toEqual({ kind: "http_status", status: 503, retryAfterSeconds: 90 });
  });
});
