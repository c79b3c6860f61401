// From a quality of 1 to 100 to quantisation steps. The scale is libjpeg's. The base table is the one mozjpeg uses by
// default, the same for luma and chroma, but for a DC step of 9 instead of 16: banding and block edges in smooth places
// cost more likeness than the few bits save (measured, 5 % fewer bytes at equal SSIMULACRA2; 7 and 11 are worse).
// `calibration` makes quality 50 score what mozjpeg's quality 50 scores.

/** Zigzag order. Files hold at most 255. */
const baseSteps = [
  9, 16, 16, 16, 17, 16, 18, 20, 20, 18, 25, 27, 24, 27, 25, 37, 34, 31, 31, 34, 37, 56, 40, 43, 40, 43, 40, 56, 85, 53,
  62, 53, 53, 62, 53, 85, 75, 91, 74, 69, 74, 91, 75, 135, 106, 94, 94, 106, 135, 156, 131, 124, 131, 156, 189, 169,
  169, 189, 238, 226, 238, 311, 311, 418,
] as const;

export const calibration = 1.14;

/** The steps for a quality, in zigzag order, each 1 to 255. */
export function targetSteps(quality: number): Uint16Array {
  const percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return Uint16Array.from(baseSteps, (step) =>
    Math.max(1, Math.min(255, Math.round((step * percent * calibration) / 100))),
  );
}

/**
 * The steps for a component that keeps its resolution: never finer than the source's, for that would only spend bytes.
 * Applied to its own result it changes nothing.
 */
export function stepsOver(source: Uint16Array, target: Uint16Array): Uint16Array {
  return target.map((step, k) => Math.max(step, source[k] ?? 1));
}
