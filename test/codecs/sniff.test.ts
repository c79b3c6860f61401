import { describe, expect, test } from "vitest";
import { probe } from "../../src/codecs/sniff.ts";
import { image } from "../fixtures/images/images.ts";

describe("probe", () => {
  test.each([
    ["photo.jpg", { format: "jpeg", width: 64, height: 48, animated: false, variant: null, path: "jpeg" }],
    ["progressive.jpg", { format: "jpeg", width: 64, height: 48, path: "jpeg-progressive" }],
    ["rotated.jpg", { format: "jpeg", width: 64, height: 48 }],
    ["cmyk.jpg", { format: "jpeg", variant: "a CMYK JPEG" }],
    ["tall.png", { format: "png", width: 1, height: 2000, animated: false, variant: null, path: "png" }],
    ["interlaced.png", { format: "png", width: 64, height: 48, variant: null }],
    ["deep.png", { format: "png", width: 24, height: 16, variant: "a PNG of 16 bits a channel" }],
    ["animated.png", { format: "png", animated: true }],
    ["photo.webp", { format: "webp", width: 64, height: 48, animated: false, variant: null, path: "webp" }],
    ["alpha.webp", { format: "webp", width: 48, height: 32, path: "webp" }],
    ["lossless.webp", { format: "webp", width: 64, height: 48, path: "webp-lossless" }],
    ["animated.webp", { format: "webp", width: 64, height: 48, animated: true }],
  ])("reads the header of %s", (name, expected) => {
    expect(probe(image(name))).toMatchObject({ kind: "image", ...expected });
  });

  test("needs no more than the header", () => {
    expect(probe(image("photo.png").subarray(0, 33))).toMatchObject({ kind: "image", width: 64, height: 48 });
    expect(probe(image("photo.webp").subarray(0, 30))).toMatchObject({ kind: "image", width: 64, height: 48 });
  });

  test.each([
    ["GIF", image("picture.gif")],
    ["AVIF", image("picture.avif")],
    ["BMP", latin1("BM\x46\0\0\0\0\0\0\0\x36\0\0\0")],
    ["TIFF", latin1("II*\0\x08\0\0\0")],
    ["TIFF", latin1("MM\0*\0\0\0\x08")],
    ["ICO", latin1("\0\0\x01\0\x01\0\x10\x10")],
    ["HEIC", latin1("\0\0\0\x18ftypheic\0\0\0\0mif1heic")],
    ["HEIC", latin1("\0\0\0\x18ftypmif1\0\0\0\0mif1heic")],
    ["AVIF", latin1("\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf")],
    ["JPEG XL", latin1("\xff\x0a\xfa\x1f")],
    ["JPEG XL", latin1("\0\0\0\x0cJXL \r\n\x87\n")],
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
