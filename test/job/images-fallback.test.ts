// Cloudflare Images in its local emulation, which has the formats and sizes but leaves the quality out.
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { readOutput } from "../../src/codecs/codec.ts";
import type { ImageFailure } from "../../src/errors.ts";
import { compressByService } from "../../src/job/images-fallback.ts";
import type { JobOptions } from "../../src/store/schema.ts";
import { image } from "../fixtures/images/images.ts";

const options: JobOptions = { quality: 50, format: "keep", scale: 1, background: "#ffffff", email: [] };
const tooLarge: ImageFailure = { kind: "too_large_for_memory", width: 64, height: 48, limitPixels: 1 };

function giveAway(name: string, changed: Partial<JobOptions> = {}, failure = tooLarge) {
  return compressByService(env.IMAGES, image(name), { ...options, ...changed }, failure);
}

describe("a picture that no codec here can do", () => {
  test("comes back in its own format, smaller and whole", async () => {
    const result = await giveAway("interlaced.png");

    expect(result).toMatchObject({ kind: "compressed", format: "png", width: 64, height: 48 });
    expect(readOutput(result?.bytes ?? new Uint8Array(0))).toEqual({ format: "png", width: 64, height: 48 });
  });

  test("comes back in the format and size that were asked for", async () => {
    const result = await giveAway("interlaced.png", { format: "webp", scale: 0.5 });

    expect(result).toMatchObject({ kind: "compressed", format: "webp", width: 32, height: 24 });
  });

  test("is kept where the service's is no smaller", async () => {
    expect(await giveAway("photo.webp", { format: "png" })).toBeNull();
  });

  test.each<ImageFailure>([
    { kind: "already_small" },
    { kind: "animated", format: "WebP" },
    { kind: "corrupt", reason: "a test" },
    { kind: "unsupported_format", format: "SVG" },
  ])("is not given away for $kind", async (failure) => {
    expect(await giveAway("interlaced.png", {}, failure)).toBeNull();
  });

  test("is kept where the service refuses it, as the local one does HEIC", async () => {
    const heic: ImageFailure = { kind: "unsupported_format", format: "HEIC" };
    const source = new TextEncoder().encode("\0\0\0\x18ftypheic\0\0\0\0mif1heic");

    expect(await compressByService(env.IMAGES, source, options, heic)).toBeNull();
  });
});
