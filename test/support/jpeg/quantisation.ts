// Quantisation tables: the examples of T.81 annex K.1, scaled as libjpeg scales them.
import { at } from "./at.ts";
import { naturalOrder } from "./zigzag.ts";

// Tables K.1 and K.2, in rows.
const luminance = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];
const chrominance = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99,
];

/** Quality 1 to 100; the steps come in zig-zag order, at least 1 and at most `largest`. */
export function annexKSteps(kind: "luminance" | "chrominance", quality: number, largest = 255): Uint16Array {
  const percent = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  const table = kind === "luminance" ? luminance : chrominance;
  return Uint16Array.from(naturalOrder, (index) => {
    const scaled = Math.floor((at(table, index) * percent + 50) / 100);
    return Math.min(largest, Math.max(1, scaled));
  });
}
