// How many samples a block of each component becomes when the picture is read at a reduction. Averaging within the
// transform costs nothing, so that a component with less resolution is averaged less, and mixing samples anew is left for
// what even whole blocks lack: 4:2:0 at half its size needs none.
import type { PictureLayout, Reduction } from "./layout.ts";
import type { JpegFrame } from "./markers.ts";

export interface ComponentSamples {
  /** Of one block: 8, 4, 2 or 1. */
  across: number;
  down: number;
  /** Of the whole component. */
  width: number;
  height: number;
}

export interface SampleLayout {
  width: number;
  height: number;
  /** Pixels of one MCU. */
  mcuAcross: number;
  mcuDown: number;
  components: ComponentSamples[];
}

export function layOutSamples(frame: JpegFrame, layout: PictureLayout, reduction: Reduction): SampleLayout {
  const side = 8 / reduction;
  const hMax = Math.max(...layout.components.map(({ h }) => h));
  const vMax = Math.max(...layout.components.map(({ v }) => v));
  return {
    width: Math.ceil(frame.width / reduction),
    height: Math.ceil(frame.height / reduction),
    mcuAcross: hMax * side,
    mcuDown: vMax * side,
    components: layout.components.map(({ h, v }) => {
      const across = samplesOfBlock(h, hMax * side, side);
      const down = samplesOfBlock(v, vMax * side, side);
      return {
        across,
        down,
        width: Math.ceil((frame.width * h * across) / (8 * hMax)),
        height: Math.ceil((frame.height * v * down) / (8 * vMax)),
      };
    }),
  };
}

/** As many as fill an MCU, or an even part of it. `side` of them are what the component with the largest factor has. */
function samplesOfBlock(factor: number, mcuSide: number, side: number): number {
  return [8, 4, 2].find((count) => count > side && mcuSide % (factor * count) === 0) ?? side;
}
