// Looks at one output image with another decoder (sharp) than the one that made it.

import sharp from "sharp";
import type { Image } from "./api.ts";

export interface Downloaded {
  status: number;
  contentType: string;
  bytes: Buffer;
}

/** Grey levels, on average over a thumbnail, up to which two pictures count as the same one. */
const sameWithin = 4;
const thumbnailSide = 64;

/**
 * Everything that is wrong with an output, as sentences; none when it is what the API says it is.
 * @param source the source's bytes, where they are at hand.
 */
export async function checkImage(image: Image, output: Downloaded, source: Buffer | null): Promise<string[]> {
  const { bytes } = output;
  if (output.status !== 200) return [`it answers ${output.status}`];
  const wrong: string[] = [];
  const expect = (holds: boolean, sentence: string) => {
    if (!holds) wrong.push(sentence);
  };

  expect(bytes.length === image.bytes_out, `it has ${bytes.length} bytes, the API says ${image.bytes_out}`);
  expect(bytes.length <= (image.bytes_in ?? 0), `it is larger than its source of ${image.bytes_in} bytes`);
  expect(
    output.contentType === `image/${image.output_format}`,
    `it is served as ${output.contentType}, the API says ${image.output_format}`,
  );
  if (image.outcome === "compressed")
    expect(bytes.length < (image.bytes_in ?? 0), "it counts as compressed but is not smaller");

  let looks: Looks;
  try {
    looks = await look(bytes);
  } catch (error) {
    return [...wrong, `it cannot be decoded (${error instanceof Error ? error.message : String(error)})`];
  }
  expect(looks.format === image.output_format, `it is a ${looks.format}, the API says ${image.output_format}`);
  expect(
    looks.storedWidth === image.output_width && looks.storedHeight === image.output_height,
    `it is ${looks.storedWidth} x ${looks.storedHeight}, the API says ${image.output_width} x ${image.output_height}`,
  );

  if (source === null) return wrong;
  expect(image.bytes_in === source.length, `its source has ${source.length} bytes, the API says ${image.bytes_in}`);
  if (image.outcome === "kept_original") {
    expect(bytes.equals(source), "it counts as kept but differs from its source");
    return wrong;
  }
  const original = await look(source);
  expect(
    looks.width === original.width && looks.height === original.height,
    `it shows as ${looks.width} x ${looks.height}, its source as ${original.width} x ${original.height}`,
  );
  const distance = meanDifference(looks.thumbnail, original.thumbnail);
  expect(distance <= sameWithin, `it looks different from its source (${distance.toFixed(1)} levels on average)`);
  return wrong;
}

interface Looks {
  format: string;
  storedWidth: number;
  storedHeight: number;
  /** As a viewer shows it, turned as its EXIF data asks. */
  width: number;
  height: number;
  /** RGBA, upright, in sRGB. */
  thumbnail: Buffer;
}

/** @throws Error for a file that is cut off or damaged anywhere. */
async function look(bytes: Buffer): Promise<Looks> {
  const { format, width, height, autoOrient } = await sharp(bytes).metadata();
  const thumbnail = await sharp(bytes, { failOn: "warning" })
    .autoOrient()
    .resize(thumbnailSide, thumbnailSide, { fit: "fill" })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer();
  return {
    // sharp names an AVIF by its container.
    format: format === "heif" ? "avif" : format,
    storedWidth: width,
    storedHeight: height,
    width: autoOrient.width,
    height: autoOrient.height,
    thumbnail,
  };
}

function meanDifference(a: Buffer, b: Buffer): number {
  if (a.length !== b.length) return 255;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
  return sum / a.length;
}
