import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { probe } from "../../src/codecs/sniff.ts";
import { encodeByService } from "../../src/net/images-service.ts";
import { image } from "../fixtures/images/images.ts";

const options = { format: "webp", quality: 50, maxSide: null, background: "#ffffff" } as const;

describe("Cloudflare Images", () => {
  test("answers a picture in the format that was asked for", async () => {
    const bytes = await encodeByService(env.IMAGES, image("photo.png"), options);

    expect(probe(bytes ?? new Uint8Array(0))).toMatchObject({ kind: "image", format: "webp", width: 64, height: 48 });
  });

  test("makes the longer side as long as asked", async () => {
    const bytes = await encodeByService(env.IMAGES, image("photo.png"), { ...options, maxSide: 32 });

    expect(probe(bytes ?? new Uint8Array(0))).toMatchObject({ width: 32, height: 24 });
  });

  test("answers nothing for what it cannot read", async () => {
    expect(await encodeByService(env.IMAGES, new TextEncoder().encode("no picture"), options)).toBeNull();
  });

  test("is not asked to take more than it takes", async () => {
    const images = { ...env.IMAGES, input: () => expect.fail("It was called.") };

    expect(await encodeByService(images, new Uint8Array(20_000_001), options)).toBeNull();
  });
});
