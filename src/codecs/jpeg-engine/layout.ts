// How the picture is cut into blocks, MCUs and strips (T.81 A.1.1, A.2), in the source and in the output.
import type { ColourModel } from "./colour.ts";
import type { JpegFrame } from "./markers.ts";

export interface ComponentLayout {
  h: number;
  v: number;
  /** Blocks that hold picture. */
  blocksWide: number;
  blocksHigh: number;
  outH: number;
  outV: number;
  outWide: number;
  outHigh: number;
  halvesAcross: boolean;
  halvesDown: boolean;
  /** Of the output, without those that only fill up its blocks. */
  samplesWide: number;
  samplesHigh: number;
}

/** Each side of the picture is divided by it and rounded up. */
export type Reduction = 1 | 2 | 4 | 8;

export interface PictureLayout {
  /** Of the output, in pixels. */
  width: number;
  height: number;
  mcusWide: number;
  mcusHigh: number;
  /** MCU rows that are decoded together: 2 where two block rows of chroma become one. */
  rowsInStrip: number;
  outMcusWide: number;
  outMcusHigh: number;
  components: ComponentLayout[];
}

export function layOut(
  frame: JpegFrame,
  colour: ColourModel,
  chroma: "keep" | "420",
  reduction: Reduction = 1,
): PictureLayout {
  const width = Math.ceil(frame.width / reduction);
  const height = Math.ceil(frame.height / reduction);
  const isAlone = frame.components.length === 1;
  // One component alone is 1x1 whatever it says (A.2.2).
  const factors = frame.components.map((one) => (isAlone ? { h: 1, v: 1 } : { h: one.h, v: one.v }));
  // 2x2,2x2,2x2 says no more than 1x1,1x1,1x1, which has the smaller MCU.
  const across = factors.map((one) => one.h).reduce(greatestCommonDivisor);
  const down = factors.map((one) => one.v).reduce(greatestCommonDivisor);
  const hMax = Math.max(...factors.map((one) => one.h));
  const vMax = Math.max(...factors.map((one) => one.v));
  const canHalve =
    chroma === "420" && colour === "ycbcr" && factors.every((one, index) => fits420(one, index, hMax, vMax));
  const outHMax = canHalve ? 2 : hMax / across;
  const outVMax = canHalve ? 2 : vMax / down;
  const components = factors.map(({ h, v }, index): ComponentLayout => {
    const isChroma = canHalve && index > 0;
    const halvesAcross = isChroma && h === hMax;
    const halvesDown = isChroma && v === vMax;
    const samplesAcross = Math.ceil((frame.width * h) / hMax);
    const samplesDown = Math.ceil((frame.height * v) / vMax);
    const outH = canHalve ? (index === 0 ? 2 : 1) : h / across;
    const outV = canHalve ? (index === 0 ? 2 : 1) : v / down;
    return {
      h,
      v,
      blocksWide: Math.ceil(samplesAcross / 8),
      blocksHigh: Math.ceil(samplesDown / 8),
      outH,
      outV,
      outWide: Math.ceil(Math.ceil((width * outH) / outHMax) / 8),
      outHigh: Math.ceil(Math.ceil((height * outV) / outVMax) / 8),
      halvesAcross,
      halvesDown,
      samplesWide: Math.ceil(samplesAcross / (halvesAcross ? 2 * reduction : reduction)),
      samplesHigh: Math.ceil(samplesDown / (halvesDown ? 2 * reduction : reduction)),
    };
  });
  // Only two whole block rows can be halved in the DCT domain.
  const needsPairs = reduction === 1 && components.some((one) => one.halvesDown && one.v % 2 === 1);
  return {
    width,
    height,
    mcusWide: Math.ceil(frame.width / (8 * hMax)),
    mcusHigh: Math.ceil(frame.height / (8 * vMax)),
    rowsInStrip: needsPairs ? 2 : 1,
    outMcusWide: Math.ceil(width / (8 * outHMax)),
    outMcusHigh: Math.ceil(height / (8 * outVMax)),
    components,
  };
}

/** Luma in full, chroma in full or half either way; anything else keeps the source's sampling. */
function fits420(one: { h: number; v: number }, index: number, hMax: number, vMax: number): boolean {
  if (index === 0) return one.h === hMax && one.v === vMax;
  return (hMax === one.h || hMax === 2 * one.h) && (vMax === one.v || vMax === 2 * one.v);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
