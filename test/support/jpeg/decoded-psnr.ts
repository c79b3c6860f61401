import sharp from "sharp";

/** PSNR in dB over all channels of two JPEGs as libjpeg-turbo decodes them; Infinity where they are equal. */
export async function psnrBetween(source: Uint8Array, output: Uint8Array): Promise<number> {
  const a = await sharp(source).raw().toBuffer();
  const b = await sharp(output).raw().toBuffer();
  if (a.length !== b.length) throw new Error("pictures of different size");
  const squares = a.reduce((sum, value, i) => sum + (value - (b[i] ?? 0)) ** 2, 0);
  return 10 * Math.log10((255 ** 2 * a.length) / squares);
}
