// Refuses, before any of it is done, work that the size of the file does not warrant.
import type { ImageFailure } from "../../errors.ts";
import type { PictureLayout } from "./layout.ts";
import type { JpegPicture, JpegScan } from "./markers.ts";

/**
 * How often the average block may be visited. A scan of EOB runs costs time but hardly a byte, so that a small file could
 * ask for much work; the scripts in use visit a block about ten times.
 */
const maxVisitsPerBlock = 40;

export function checkWork({ scans, isComplete }: JpegPicture, layout: PictureLayout): ImageFailure | null {
  let frameBlocks = 0;
  for (let index = 0; index < layout.components.length; index += 1) frameBlocks += paddedBlocks(layout, index);
  let visits = 0;
  for (const [index, scan] of scans.entries()) {
    const blocks = scanBlocks(scan, layout);
    visits += blocks;
    const bits = 8 * (scan.data.end - scan.data.start);
    if (bits < leastBits(scan, blocks)) {
      const percent = Math.floor((100 * bits) / leastBits(scan, blocks));
      const which = index === scans.length - 1 && !isComplete ? "the file" : "a scan";
      return { kind: "truncated", reason: `${which} ends within the first ${percent} % of the picture` };
    }
  }
  if (visits > maxVisitsPerBlock * frameBlocks)
    return { kind: "unsupported_variant", variant: "a JPEG with so many scans" };
  return null;
}

/** Blocks that a scan visits: of several components whole MCUs, of one only those with picture (A.2.2, A.2.3). */
function scanBlocks({ parts }: JpegScan, layout: PictureLayout): number {
  return parts.reduce((sum, { component }) => {
    const one = layout.components[component];
    if (!one) return sum;
    return sum + (parts.length > 1 ? paddedBlocks(layout, component) : one.blocksWide * one.blocksHigh);
  }, 0);
}

function paddedBlocks(layout: PictureLayout, component: number): number {
  const one = layout.components[component];
  return one ? layout.mcusWide * one.h * layout.mcusHigh * one.v : 0;
}

/** A sequential block takes two codes, a DC scan one bit a block; only runs of empty blocks go below that. */
function leastBits({ kind }: JpegScan, blocks: number): number {
  if (kind === "sequential") return 2 * blocks;
  return kind === "dc_first" || kind === "dc_refine" ? blocks : 0;
}
