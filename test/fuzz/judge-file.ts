// Whether a file that we wrote is one in the eyes of others.
import sharp from "sharp";

// A header that lies may make a decoder allocate for gigapixels; past this only the header is read.
const decodedPixels = 30_000_000;

/** Null when sharp reads it without a warning and finds the size that we claim. */
export async function problemOfFile(
  bytes: Uint8Array,
  { width, height }: { width: number; height: number },
): Promise<string | null> {
  try {
    const decoder = sharp(bytes, { failOn: "warning", limitInputPixels: false });
    const seen =
      width * height <= decodedPixels
        ? (await decoder.raw().toBuffer({ resolveWithObject: true })).info
        : await decoder.metadata();
    const isSame = seen.width === width && seen.height === height;
    return isSame ? null : `another decoder sees ${seen.width} x ${seen.height}, not ${width} x ${height}`;
  } catch (error) {
    return `the output is no clean file: ${String(error)}`;
  }
}
