// Pure. Turns unpacked rows of a TIFF into RGBA of 8 bits.

import type { TiffLayout } from "./tiff-layout.ts";

/** Undoes the differences to the left, in place: TIFF 6.0, section 14. */
export function undoPrediction(row: Uint8Array, { depth, samples, isLittle }: TiffLayout): void {
  if (depth === 8) {
    for (let at = samples; at < row.length; at++) row[at] = (row[at] ?? 0) + (row[at - samples] ?? 0);
    return;
  }
  const view = new DataView(row.buffer, row.byteOffset, row.byteLength);
  for (let at = 2 * samples; at + 1 < row.length; at += 2) {
    view.setUint16(at, view.getUint16(at, isLittle) + view.getUint16(at - 2 * samples, isLittle), isLittle);
  }
}

/** Writes the RGBA of one row. */
export function createTiffRowReader(layout: TiffLayout): (row: Uint8Array, rgba: Uint8Array) => void {
  const { width, colours, samples, alpha } = layout;
  const sampleAt = createSampleReader(layout);
  if (colours === "rgb") {
    return (row, rgba) => {
      for (let x = 0; x < width; x++) {
        const from = x * samples;
        for (let channel = 0; channel < 3; channel++) rgba[4 * x + channel] = sampleAt(row, from + channel);
        setAlpha(rgba, 4 * x, alpha, sampleAt(row, from + 3));
      }
    };
  }
  const shades = shadesOf(layout);
  return (row, rgba) => {
    for (let x = 0; x < width; x++) {
      const index = sampleAt(row, x * samples);
      for (let channel = 0; channel < 3; channel++) rgba[4 * x + channel] = shades[3 * index + channel] ?? 0;
      setAlpha(rgba, 4 * x, alpha, alpha === "none" ? 255 : sampleAt(row, x * samples + 1));
    }
  };
}

function setAlpha(rgba: Uint8Array, at: number, kind: TiffLayout["alpha"], alpha: number): void {
  rgba[at + 3] = kind === "none" ? 255 : alpha;
  if (kind !== "premultiplied" || alpha === 255) return;
  for (let channel = 0; channel < 3; channel++) {
    rgba[at + channel] = alpha === 0 ? 0 : Math.min(255, Math.round(((rgba[at + channel] ?? 0) * 255) / alpha));
  }
}

/** Of 16 bits the nearest of 8. */
function createSampleReader({ depth, isLittle }: TiffLayout): (row: Uint8Array, index: number) => number {
  if (depth === 8) return (row, index) => row[index] ?? 0;
  if (depth === 16) {
    const [high, low] = isLittle ? [1, 0] : [0, 1];
    return (row, index) => Math.round((256 * (row[2 * index + high] ?? 0) + (row[2 * index + low] ?? 0)) / 257);
  }
  const mask = (1 << depth) - 1;
  return (row, index) => {
    const bit = index * depth;
    return ((row[bit >> 3] ?? 0) >> (8 - depth - (bit & 7))) & mask;
  };
}

/** Three bytes for every value that a sample may have. */
function shadesOf({ colours, depth, palette }: TiffLayout): Uint8Array {
  const count = 2 ** Math.min(depth, 8);
  const shades = new Uint8Array(3 * count);
  for (let index = 0; index < count; index++) {
    const grey = Math.round(((colours === "white_is_zero" ? count - 1 - index : index) * 255) / (count - 1));
    for (let channel = 0; channel < 3; channel++) {
      shades[3 * index + channel] =
        colours === "palette" ? Math.round((palette[channel * count + index] ?? 0) / 257) : grey;
    }
  }
  return shades;
}
