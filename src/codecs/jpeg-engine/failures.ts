// What the engine's answers mean to those who handed the picture in.
import type { ImageFailure } from "../../errors.ts";
import type { JpegPicture } from "./markers.ts";
import type { EngineStatus } from "./wasm-exports.ts";

export interface Attempt {
  picture: JpegPicture;
  /** For the wasm memory. */
  capBytes: number;
  /** What the attempt takes beside the source's own bytes. */
  bytesPerPixel: number;
  /** Where the reading stopped, as `whereStopped` says it, or "". */
  where: string;
}

export function failureOf(status: EngineStatus, { picture, capBytes, bytesPerPixel, where }: Attempt): ImageFailure {
  const { width, height } = picture.frame;
  switch (status) {
    case "data_ran_out":
      return { kind: "truncated", reason: `its data ends ${where}` };
    case "interval_too_short":
      return { kind: "corrupt", reason: `a restart interval is too short ${where}` };
    case "no_such_code":
      return { kind: "corrupt", reason: `bits that are no code ${where}` };
    case "run_too_long":
      return { kind: "corrupt", reason: `a coefficient outside its block ${where}` };
    case "forbidden_symbol":
      return { kind: "corrupt", reason: `a code that its scan does not allow ${where}`.trimEnd() };
    case "not_a_prefix_code":
      return { kind: "corrupt", reason: "a Huffman table whose lengths form no code" };
    case "out_of_memory":
      return {
        kind: "too_large_for_memory",
        width,
        height,
        limitPixels: likelyLimit(picture, capBytes, bytesPerPixel),
      };
    case "ok":
      throw new Error(`The engine stopped with ${status}`);
  }
}

/** All scans are read in step, so that the row is the same for all of them. */
export function whereStopped(mcuRow: number, mcusHigh: number, scan: number, { scans }: JpegPicture): string {
  const percent = Math.floor((100 * mcuRow) / mcusHigh);
  return scans.length > 1 ? `at ${percent} % of scan ${scan + 1}` : `at ${percent} % of the picture`;
}

/** For a picture that is not complete. */
export function cutOff({ frame, scans }: JpegPicture): ImageFailure {
  const what = frame.progressive ? `after ${scans.length} scans` : "without its end marker";
  return { kind: "truncated", reason: `the file ends ${what}` };
}

/** How large a picture whose source has as many bytes a pixel would probably fit. */
function likelyLimit({ frame, scans }: JpegPicture, capBytes: number, bytesPerPixel: number): number {
  const pixels = frame.width * frame.height;
  const sourceBytes = scans.reduce((sum, { data }) => sum + data.end - data.start, 0);
  return Math.min(pixels, Math.floor(capBytes / (sourceBytes / pixels + bytesPerPixel)));
}
