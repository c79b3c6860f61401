// Pure. Names what came instead of a JPEG, PNG or WebP, so that the owner of the link can see what went wrong.

import type { ImageFailure } from "../errors.ts";

/** Pictures that are not supported, by their first bytes (Latin-1). */
const pictures: [signature: string, format: string][] = [
  ["GIF87a", "GIF"],
  ["GIF89a", "GIF"],
  ["II*\0", "TIFF"],
  ["MM\0*", "TIFF"],
  ["II+\0", "TIFF"],
  ["MM\0+", "TIFF"],
  ["\0\0\x01\0", "ICO"],
  ["\0\0\x02\0", "CUR"],
  ["\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"],
  ["\xff\x0a", "JPEG XL"],
  ["\0\0\0\x0cjP  ", "JPEG 2000"],
  ["\xff\x4f\xff\x51", "JPEG 2000"],
  ["8BPS", "PSD"],
  ["%PDF-", "PDF"],
  ["%!PS", "PostScript"],
  ["II\xbc", "JPEG XR"],
  ["qoif", "QOI"],
  ["v/1\x01", "OpenEXR"],
];

/** Other files that are often behind a link. */
const others: [signature: string, looksLike: string][] = [
  ["PK\x03\x04", "a ZIP archive"],
  ["\x1f\x8b", "gzip data"],
  ["RIFF", "an audio or video file"],
  ["\x1aE\xdf\xa3", "a video"],
  ["ID3", "an audio file"],
];

/** ISO base media files by brand: many HEIC and AVIF files share the first one, `mif1`. */
const brands: [brand: RegExp, format: string][] = [
  [/avif|avis/, "AVIF"],
  [/hei[cxms]|hev[cxms]|mif1|msf1/, "HEIC"],
];

/** How far to look for the first telling element of a text. */
const textBytes = 4096;

export function nameUnknownFile(bytes: Uint8Array): ImageFailure {
  if (bytes.length === 0) return { kind: "not_an_image", looksLike: "an empty file" };
  const head = latin1(bytes.subarray(0, 32));
  if (head.startsWith("ftyp", 4)) return nameBrand(bytes);

  // Two letters are little: the reserved fields of a BMP are zero.
  if (head.startsWith("BM") && head.startsWith("\0\0\0\0", 6)) return { kind: "unsupported_format", format: "BMP" };

  const picture = pictures.find(([signature]) => head.startsWith(signature));
  if (picture !== undefined) return { kind: "unsupported_format", format: picture[1] };
  const other = others.find(([signature]) => head.startsWith(signature));
  if (other !== undefined) return { kind: "not_an_image", looksLike: other[1] };

  return nameText(bytes.subarray(0, textBytes));
}

function nameBrand(bytes: Uint8Array): ImageFailure {
  const boxBytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
  const list = latin1(bytes.subarray(8, Math.min(boxBytes, 128)));
  const found = brands.find(([brand]) => brand.test(list));
  if (found !== undefined) return { kind: "unsupported_format", format: found[1] };
  return { kind: "not_an_image", looksLike: "a video" };
}

function nameText(bytes: Uint8Array): ImageFailure {
  const text = readText(bytes);
  if (text === null) return { kind: "not_an_image", looksLike: "an unknown kind of file" };
  if (text === "") return { kind: "not_an_image", looksLike: "a file of blanks only" };
  if (/^<svg[\s>]/i.test(text) || (/^<(\?xml|!doctype svg|!--)/i.test(text) && /<svg[\s>]/i.test(text))) {
    return { kind: "unsupported_format", format: "SVG" };
  }
  if (/^<(!doctype html|html|head|body|script|meta|title|div|p|h1|!--)/i.test(text) || /<html[\s>]/i.test(text)) {
    return { kind: "not_an_image", looksLike: "a web page (HTML)" };
  }
  if (text.startsWith("<")) return { kind: "not_an_image", looksLike: "an XML document" };
  if (/^[{[]/.test(text)) return { kind: "not_an_image", looksLike: "JSON data" };
  return { kind: "not_an_image", looksLike: "plain text" };
}

/** The text without its BOM and outer blanks, or null when it holds what no text holds. */
function readText(bytes: Uint8Array): string | null {
  const encoding =
    (bytes[0] === 0xff && bytes[1] === 0xfe && "utf-16le") || (bytes[0] === 0xfe && bytes[1] === 0xff && "utf-16be");
  // A character may be cut at the end, so decoding is not fatal; what is no text shows in its control characters.
  const text = new TextDecoder(encoding || "utf-8").decode(bytes);
  // oxlint-disable-next-line no-control-regex -- control characters are what tells binary from text
  return /[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text) || countReplaced(text) > text.length / 10 ? null : text.trim();
}

function countReplaced(text: string): number {
  return text.split("\ufffd").length - 1;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
