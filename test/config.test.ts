import { describe, expect, test } from "vitest";
import { readConfig } from "../src/config.ts";

describe("readConfig", () => {
  test("has a default for everything", () => {
    expect(readConfig({})).toMatchObject({ defaultQuality: 50, maxImages: 50_000, maxImageBytes: 25 * 1024 * 1024 });
  });

  test("names every variable that is out of bounds", () => {
    expect(() => readConfig({ DEFAULT_QUALITY: "101", MAX_IMAGES: "many" })).toThrow(/DEFAULT_QUALITY.*MAX_IMAGES/);
  });

  test.each([
    ["1", 1],
    ["100", 100],
  ])("takes a quality at its bound: %s", (text, quality) => {
    expect(readConfig({ DEFAULT_QUALITY: text }).defaultQuality).toBe(quality);
  });

  test("hands outputs out again unless it is told not to", () => {
    expect([readConfig({}), readConfig({ REUSE: "off" })].map(({ reuse }) => reuse)).toEqual([true, false]);
    expect(() => readConfig({ REUSE: "no" })).toThrow(/REUSE/);
  });

  test("reads hosts as a list", () => {
    expect(readConfig({ ALLOW_PRIVATE_HOSTS: "127.0.0.1, Localhost," }).allowPrivateHosts).toEqual([
      "127.0.0.1",
      "localhost",
    ]);
  });

  test("reads origins, and refuses what is more or less than one", () => {
    expect(readConfig({}).corsOrigins).toEqual([]);
    expect(readConfig({ CORS_ORIGINS: "https://a.example,http://localhost:3000" }).corsOrigins).toEqual([
      "https://a.example",
      "http://localhost:3000",
    ]);
    expect(readConfig({ CORS_ORIGINS: "*" }).corsOrigins).toEqual(["*"]);
    for (const text of ["a.example", "https://a.example/", "https://*.example/x", "ftp://a.example", "null"]) {
      expect(() => readConfig({ CORS_ORIGINS: text })).toThrow(/CORS_ORIGINS/);
    }
  });

  test("drops the slash at the end of the public base URL", () => {
    expect(readConfig({ PUBLIC_BASE_URL: "https://img.example.com/" }).publicBaseUrl).toBe("https://img.example.com");
  });

  test("takes a resolver that is asked over https, or none", () => {
    expect(readConfig({}).dnsResolverUrl).toBe("");
    expect(readConfig({ DNS_RESOLVER_URL: "https://dns.example/dns-query" }).dnsResolverUrl).toBe(
      "https://dns.example/dns-query",
    );
    expect(() => readConfig({ DNS_RESOLVER_URL: "http://dns.example/dns-query" })).toThrow(/DNS_RESOLVER_URL/);
  });

  test.each([
    ["", null],
    ["halftone@shop.example", { name: "Halftone", email: "halftone@shop.example" }],
    ["The Shop <halftone@shop.example>", { name: "The Shop", email: "halftone@shop.example" }],
  ])("reads the sender of mails: %s", (text, sender) => {
    expect(readConfig({ MAIL_FROM: text }).mailFrom).toEqual(sender);
  });

  test.each(["halftone", "a@b, c@d", "Shop <halftone>", "Shop\r\nBcc: x@y.example <a@b.example>"])(
    "refuses %j as the sender of mails",
    (text) => {
      expect(() => readConfig({ MAIL_FROM: text })).toThrow(/MAIL_FROM/);
    },
  );

  test("takes a metrics token of 24 characters or none", () => {
    expect(readConfig({}).metricsToken).toBe("");
    expect(readConfig({ METRICS_TOKEN: "t".repeat(24) }).metricsToken).toBe("t".repeat(24));
    expect(() => readConfig({ METRICS_TOKEN: "t".repeat(23) })).toThrow(/METRICS_TOKEN/);
  });

  test("keeps a job for thirty days", () => {
    expect(readConfig({}).retentionMs).toBe(30 * 86_400_000);
    expect(() => readConfig({ RETENTION_DAYS: "0" })).toThrow(/RETENTION_DAYS/);
  });
});
