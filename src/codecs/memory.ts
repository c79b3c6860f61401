// How large a picture may be to be decoded and encoded whole. An isolate has 128 MB, wasm memory included, and local
// workerd enforces nothing of it, so this table is the only thing between a large picture and a dead isolate.

const mebibyte = 1024 * 1024;

const isolateBytes = 128 * mebibyte;

/** Code, JS heap and stacks of the Worker itself; an allowance, as workerd does not tell. */
const runtimeBytes = 16 * mebibyte;

/** The default of DOWNLOAD_BUDGET_BYTES: sources that wait in memory, the one being worked on among them. */
const defaultDownloadBudgetBytes = 40 * mebibyte;

/**
 * Bytes of memory per pixel while an image is re-encoded, decoder, encoder and what lies between counted together: the
 * decoder's memory is freed by the garbage collector, which nobody can order to have run before the encoder starts.
 * The parts are wasm memories after one image of 4 megapixels, rounded up.
 */
const bytesPerPixel = {
  /** Decoder 5.1, RGBA 4, encoder 16.7 in every mode. */
  jpeg: 26,
  /** A progressive source holds every coefficient: decoder 7.7. */
  "jpeg-progressive": 29,
  /** Decoder 13.8, which also holds the RGBA and the source, encoder 19.1. */
  png: 33,
  /** Decoder 5.5, RGBA 4, encoder 13.9. */
  webp: 24,
  /** A lossless source, made lossy: decoder 10.5, RGBA 4, encoder 13.9. */
  "webp-lossless": 29,
  /** The same, made lossless again: the encoder took 46 to 55. */
  "webp-lossless-again": 70,
} as const;

/** The ways through the codecs that differ in what they need. */
export type PixelPath = keyof typeof bytesPerPixel;

/** The most pixels that `path` may hold in what the downloads leave of the isolate. */
export function pixelLimit(path: PixelPath, downloadBudgetBytes = defaultDownloadBudgetBytes): number {
  return Math.floor((isolateBytes - runtimeBytes - downloadBudgetBytes) / bytesPerPixel[path]);
}
