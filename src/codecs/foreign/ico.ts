// Opens the largest picture of an icon or cursor. Since Windows Vista that is often a PNG, which is handed back as it is;
// else a bitmap without file header, and below it a mask of what is transparent.

import type { ImageFailure } from "../../errors.ts";
import { readPngHeader } from "../png-chunks.ts";
import type { ForeignHeader } from "./header.ts";
import type { Picture } from "../picture.ts";
import { type Bitmap, readBitmap } from "./bmp-header.ts";
import { rowBytesOf } from "./bmp-rows.ts";
import { openBitmap } from "./bmp.ts";

/** What is to be opened as a PNG. */
export interface IcoPng {
  kind: "png";
  bytes: Uint8Array;
}

interface Entry {
  area: number;
  depth: number;
  from: number;
  to: number;
}

const cut: ImageFailure = { kind: "truncated", reason: "it is shorter than its list of pictures says" };
const directoryBytes = 6;
const entryBytes = 16;
const cursorType = 2;

/** Answers the file of a PNG where the icon is one. */
export function openIco(bytes: Uint8Array, { budgetBytes }: { budgetBytes: number }): Picture | IcoPng | ImageFailure {
  const entry = findLargest(bytes);
  if ("kind" in entry) return entry;
  const data = bytes.subarray(entry.from, entry.to);
  if (data[0] === 0x89 && data[1] === 0x50) return { kind: "png", bytes: data };

  const bitmap = readBitmap(data, 0, null);
  if (bitmap.kind !== "bitmap") return bitmap;
  if (bitmap.isRunLength || bitmap.isTopDown) return { kind: "unsupported_variant", variant: "a compressed icon" };
  // The height counts the mask too.
  const colours = { ...bitmap, height: bitmap.height >> 1 };
  if (colours.height === 0) return { kind: "corrupt", reason: "it claims to have no pixels" };
  if (colours.depth === 32) colours.masks = [0xff_0000, 0xff00, 0xff, 0xff00_0000];
  const picture = openBitmap(data, colours, budgetBytes);
  if ("kind" in picture || picture.hasAlpha) return picture;
  return withMask(picture, data, colours);
}

export function readIcoHeader(bytes: Uint8Array): ForeignHeader | ImageFailure {
  const opened = openIco(bytes, { budgetBytes: Infinity });
  if (!("kind" in opened)) {
    const { width, height, hasAlpha, isGrey } = opened;
    return { kind: "image", width, height, hasAlpha, isGrey, animated: false };
  }
  if (opened.kind !== "png") return opened;
  const header = readPngHeader(opened.bytes);
  if (header.kind !== "image") return header;
  const { width, height, animated } = header;
  return { kind: "image", width, height, hasAlpha: true, isGrey: false, animated };
}

function findLargest(bytes: Uint8Array): Entry | ImageFailure {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < directoryBytes) return cut;
  const isCursor = view.getUint16(2, true) === cursorType;
  const count = view.getUint16(4, true);
  if (count === 0) return { kind: "corrupt", reason: "it holds no picture" };
  if (directoryBytes + count * entryBytes > bytes.length) return cut;
  const entries = Array.from({ length: count }, (_, index): Entry => {
    const at = directoryBytes + index * entryBytes;
    const from = view.getUint32(at + 12, true);
    return {
      // 0 is 256.
      area: (view.getUint8(at) || 256) * (view.getUint8(at + 1) || 256),
      // Of a cursor these are a part of where it points.
      depth: isCursor ? 0 : view.getUint16(at + 6, true),
      from,
      to: from + view.getUint32(at + 8, true),
    };
  });
  if (entries.some(({ to }) => to > bytes.length)) return cut;
  return entries.reduce((best, one) =>
    one.area > best.area || (one.area === best.area && one.depth > best.depth) ? one : best,
  );
}

/** One bit a pixel, from the bottom up like the colours: 1 is transparent. Some icons have none. */
function withMask(picture: Picture, data: Uint8Array, colours: Bitmap): Picture {
  const { width, height } = colours;
  const maskRowBytes = rowBytesOf({ width, depth: 1 });
  const maskAt = colours.pixelsAt + rowBytesOf(colours) * height;
  const mask = data.subarray(maskAt, maskAt + maskRowBytes * height);
  if (mask.length < maskRowBytes * height || mask.every((byte) => byte === 0)) return picture;
  return {
    ...picture,
    hasAlpha: true,
    read(take) {
      let y = 0;
      return picture.read((row) => {
        const bits = mask.subarray(maskRowBytes * (height - 1 - y));
        for (let x = 0; x < width; x++) {
          if (((bits[x >> 3] ?? 0) & (0x80 >> (x & 7))) !== 0) row.fill(0, 4 * x, 4 * x + 4);
        }
        y++;
        return take(row);
      });
    },
  };
}
