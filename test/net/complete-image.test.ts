import { expect, test } from "vitest";
import { endsLikeImage } from "../../src/net/complete-image.ts";
import { picture } from "../support/misbehaving-hosts.ts";

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === "string" ? Array.from(part, (c) => c.charCodeAt(0)) : part)),
  );

const png = bytes([0x89], "PNG\r\n\x1a\n", "IDAT....", [0, 0, 0, 0], "IEND", [0xae, 0x42, 0x60, 0x82]);
const webp = bytes("RIFF", [8, 0, 0, 0], "WEBP", "VP8 ");
const gif = bytes("GIF89a", [1, 2, 0x3b]);

test.each([
  ["JPEG", picture],
  ["PNG", png],
  ["WebP", webp],
  ["GIF", gif],
])("a %s has its end, and has it not with one byte less", (_format, image) => {
  expect(endsLikeImage(image)).toBe(true);
  expect(endsLikeImage(image.subarray(0, -1))).toBe(false);
});

test("a WebP inside a larger buffer is measured from its own start", () => {
  const inside = new Uint8Array(100).fill(255);
  inside.set(webp, 7);

  expect(endsLikeImage(inside.subarray(7, 7 + webp.length))).toBe(true);
});

test.each([
  ["nothing", bytes()],
  ["a JPEG marker alone", bytes([0xff, 0xd8])],
  ["a start and an end with nothing between", bytes([0xff, 0xd8, 0xff, 0xd9])],
  ["a short PNG", bytes([0x89], "PNG")],
  ["a short RIFF", bytes("RIFF")],
  ["text", bytes("hello;")],
])("%s is no complete image", (_name, start) => {
  expect(endsLikeImage(start)).toBe(false);
});
