// Pure. The size of a JPEG XL as its header says it, often in a few bits.

import { choices, type JxlBits } from "./jxl-bits.ts";

const sides = choices([9, 1], [13, 1], [18, 1], [30, 1]);
/** Width by height, by the number that stands for them. */
const ratios = [
  [1, 1],
  [1, 1],
  [6, 5],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
] as const;

/** As stored. */
export function readJxlSize(bits: JxlBits): { width: number; height: number } {
  const isSmall = bits.bool();
  const side = () => (isSmall ? 8 * (bits.bits(5) + 1) : bits.choose(sides));
  const height = side();
  const ratio = bits.bits(3);
  const [across, down] = ratios[ratio] ?? [1, 1];
  return { width: ratio === 0 ? side() : Math.floor((height * across) / down), height };
}
