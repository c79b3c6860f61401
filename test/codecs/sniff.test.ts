import { describe, expect, test } from "vitest";
import { probe } from "../../src/codecs/sniff.ts";
import { image } from "../fixtures/images/images.ts";
import { findSegment, inserted, patched } from "./jpeg-engine/samples.ts";

describe("probe", () => {
  test.each([
    ["photo.jpg", { format: "jpeg", width: 64, height: 48, animated: false, variant: null }],
    ["progressive.jpg", { format: "jpeg", width: 64, height: 48 }],
    ["rotated.jpg", { format: "jpeg", width: 64, height: 48 }],
    ["cmyk.jpg", { format: "jpeg", width: 64, height: 48, variant: null }],
    ["tall.png", { format: "png", width: 1, height: 2000, animated: false, variant: null, path: "png" }],
    ["interlaced.png", { format: "png", width: 64, height: 48, variant: null }],
    ["deep.png", { format: "png", width: 24, height: 16, variant: null }],
    ["animated.png", { format: "png", animated: true }],
    ["photo.webp", { format: "webp", width: 64, height: 48, animated: false, variant: null, path: "webp" }],
    ["alpha.webp", { format: "webp", width: 48, height: 32, path: "webp" }],
    ["lossless.webp", { format: "webp", width: 64, height: 48, path: "webp-lossless" }],
    ["animated.webp", { format: "webp", width: 64, height: 48, animated: true }],
  ])("reads the header of %s", (name, expected) => {
    expect(probe(image(name))).toMatchObject({ kind: "image", ...expected });
  });

  test("needs no more than the header", () => {
    const jpeg = image("photo.jpg");
    expect(probe(jpeg.subarray(0, findSegment(jpeg, 0xda) + 2))).toMatchObject({ width: 64, height: 48 });
    expect(probe(image("photo.png").subarray(0, 33))).toMatchObject({ kind: "image", width: 64, height: 48 });
    expect(probe(image("photo.webp").subarray(0, 30))).toMatchObject({ kind: "image", width: 64, height: 48 });
  });

  test.each([
    ["an arithmetic-coded JPEG", 1, [0xc9]],
    ["a lossless JPEG", 1, [0xc3]],
    ["a hierarchical JPEG", 1, [0xde]],
    ["a JPEG with 12 bits a sample", 4, [12]],
  ])("knows the size of %s, which is kept", (variant, at, changed) => {
    const jpeg = image("photo.jpg");
    const bytes = patched(jpeg, findSegment(jpeg, 0xc0) + at, ...changed);

    expect(probe(bytes)).toMatchObject({ kind: "image", format: "jpeg", width: 64, height: 48, variant });
  });

  test("finds a JPEG behind 1,024 bytes of text and not behind 1,025 or behind binary ones", () => {
    const jpeg = image("photo.jpg");
    const behind = (...bytes: number[]) => probe(inserted(jpeg, 0, ...bytes));

    expect(behind(...new Uint8Array(1024).fill(0x20))).toMatchObject({ kind: "image", width: 64 });
    expect(behind(...new Uint8Array(1025).fill(0x20))).toMatchObject({ kind: "not_an_image" });
    expect(behind(0x46, 0x55, 0x4a, 0x49, 0)).toMatchObject({ kind: "not_an_image" });
  });

  test.each([
    ["gif", image("picture.gif")],
    ["avif", image("picture.avif")],
    ["jxl", image("photo.jxl")],
  ])("knows a %s", (format, bytes) => {
    expect(probe(bytes)).toMatchObject({ kind: "image", format, animated: false, variant: null });
  });

  test.each([
    ["BMP", latin1("BM\x46\0\0\0\0\0\0\0\x36\0\0\0")],
    ["TIFF", latin1("II*\0\x08\0\0\0")],
    ["TIFF", latin1("MM\0*\0\0\0\x08")],
    ["ICO", latin1("\0\0\x01\0\x01\0\x10\x10")],
    ["JPEG XL", latin1("\xff\x0a")],
    ["JPEG XL", latin1("\0\0\0\x0cJXL \r\n\x87\n")],
    ["AVIF", latin1("\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf")],
  ])("knows the beginning of a %s, and that no more is there", (_, bytes) => {
    expect(probe(bytes)).toMatchObject({ kind: "truncated" });
  });

  test.each([
    ["HEIC", latin1("\0\0\0\x18ftypheic\0\0\0\0mif1heic")],
    ["HEIC", latin1("\0\0\0\x18ftypmif1\0\0\0\0mif1heic")],
    ["JPEG 2000", latin1("\0\0\0\x0cjP  \r\n\x87\n")],
    ["JPEG 2000", latin1("\xff\x4f\xff\x51\0\x2f")],
    ["PSD", latin1("8BPS\0\x01")],
    ["PDF", latin1("%PDF-1.7\n")],
    ["SVG", latin1('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ["SVG", latin1('\ufeff<?xml version="1.0"?>\n<!-- drawn by hand -->\n<svg viewBox="0 0 1 1"/>')],
  ])("names %s, which is not supported", (format, bytes) => {
    expect(probe(bytes)).toEqual({ kind: "unsupported_format", format });
  });

  test.each([
    ["an empty file", new Uint8Array(0)],
    ["a file of blanks only", latin1(" \r\n")],
    ["a web page (HTML)", latin1("\n<!DOCTYPE html><title>Shop</title>")],
    ["a web page (HTML)", latin1("<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>")],
    ["a web page (HTML)", new Uint8Array([0xff, 0xfe, 0x3c, 0, 0x68, 0, 0x74, 0, 0x6d, 0, 0x6c, 0, 0x3e, 0])],
    ["an XML document", latin1('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>')],
    ["JSON data", latin1('{"error":"not found"}')],
    ["plain text", latin1("Not found")],
    ["a ZIP archive", latin1("PK\x03\x04\x14\0")],
    ["a video", latin1("\0\0\0\x18ftypmp42\0\0\0\0mp42isom")],
    ["an audio or video file", latin1("RIFF\x24\0\0\0WAVEfmt ")],
    ["an unknown kind of file", new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7])],
    ["an unknown kind of file", new Uint8Array(500).fill(0xb7)],
  ])("says that it is %s", (looksLike, bytes) => {
    expect(probe(bytes)).toEqual({ kind: "not_an_image", looksLike });
  });

  test("never throws, whatever it is given", () => {
    for (const name of ["photo.jpg", "rotated.jpg", "photo.png", "rotated.png", "alpha.webp", "animated.webp"]) {
      const bytes = image(name);
      for (let at = 0; at < Math.min(bytes.length, 300); at++) {
        const changed = bytes.slice();
        changed[at] = 0xff;
        expect(probe(changed)).toHaveProperty("kind");
        expect(probe(bytes.subarray(0, at))).toHaveProperty("kind");
      }
    }
  });
});

function latin1(text: string): Uint8Array {
  return text.startsWith("\ufeff")
    ? new TextEncoder().encode(text)
    : Uint8Array.from(text, (character) => character.charCodeAt(0));
}
