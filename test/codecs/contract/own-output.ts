import { compress } from "../../../src/codecs/codec.ts";

/** What comes of it in its own format. */
export async function ownOutput(source: Uint8Array): Promise<Uint8Array> {
  const result = await compress(source, { quality: 50, maxPixels: 120_000_000 });
  if (result.kind !== "compressed") throw new Error(`The image came back as ${result.kind}.`);
  return result.bytes;
}
