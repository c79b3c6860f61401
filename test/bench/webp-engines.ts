// Who is compared on WebPs: our way through libwebp compiled to wasm, and sharp's libwebp as it is.
import sharp from "sharp";
import { probe } from "../../src/codecs/sniff.ts";
import { recompressWebp } from "../../src/codecs/webp.ts";
import { cpuSince, type RasterEncoder } from "./raster.ts";

sharp.concurrency(1);

/** Ten times what a Worker has, so that a folder of large ones is measured too. */
const budgetBytes = 720 * 1024 * 1024;

export const encodeOurWebp: RasterEncoder = async (source, quality) => {
  const image = probe(source);
  if (image.kind !== "image" || image.format !== "webp") throw new Error(JSON.stringify(image));
  if (image.animated) return null;
  const before = process.cpuUsage();
  const bytes = await Promise.resolve(recompressWebp(source, image, { quality, budgetBytes }));
  const cpuMs = cpuSince(before);
  if (!(bytes instanceof Uint8Array)) throw new Error(JSON.stringify(bytes));
  return bytes.length < source.length ? { bytes, cpuMs } : null;
};

export const encodeSharpWebp: RasterEncoder = async (source, quality) => {
  const before = process.cpuUsage();
  const bytes = await sharp(source).keepIccProfile().webp({ quality }).toBuffer();
  return { bytes: new Uint8Array(bytes), cpuMs: cpuSince(before) };
};
