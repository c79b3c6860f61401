import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { addressPolicy } from "../../src/job/address-policy.ts";
import { checkAddress } from "../../src/net/address.ts";

function verdict(url: string, env: object, origin?: string): string {
  return checkAddress(new URL(url), addressPolicy(readConfig(env), origin))?.kind ?? "allowed";
}

describe("addressPolicy", () => {
  test("counts the Worker's origin and the images' base URL as our own", () => {
    const env = { PUBLIC_BASE_URL: "https://img.halftone.example" };

    expect(verdict("https://img.halftone.example/image/1.jpg", env, "https://halftone.example")).toBe(
      "blocked_address",
    );
    expect(verdict("https://halftone.example/image/1.jpg", env, "https://halftone.example")).toBe("blocked_address");
    expect(verdict("https://shop.example/1.jpg", env, "https://halftone.example")).toBe("allowed");
  });

  test("lets a local image server stand beside a local Worker", () => {
    const env = { ALLOW_PRIVATE_HOSTS: "localhost", PUBLIC_BASE_URL: "http://localhost:8787" };

    expect(verdict("http://localhost:9000/1.jpg", env, "http://localhost:8787")).toBe("allowed");
    expect(verdict("http://localhost:8787/image/1.jpg", env, "http://localhost:8787")).toBe("blocked_address");
  });

  test("takes the ports from the configuration", () => {
    expect(verdict("https://shop.example:8443/1.jpg", { ALLOWED_PORTS: "443,8443" })).toBe("allowed");
    expect(verdict("https://shop.example:8443/1.jpg", {})).toBe("blocked_address");
  });
});
