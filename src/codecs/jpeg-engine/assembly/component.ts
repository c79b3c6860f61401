// A component of the frame (T.81 A.1.1) and its part of the strip: the MCU row or two whose coefficients are at hand.
// A block of the strip is a u64 mask of the zigzag positions that hold a value, then 64 x i16. What the mask leaves out
// is zero and never written, so a strip needs no clearing and the requantiser visits only what is there.

import { allocate } from "./memory";

export const BLOCK_BYTES: usize = 8 + 64 * 2;

@unmanaged
export class Component {
  /** Sampling factors in the source: blocks of one MCU. */
  h: u32;
  v: u32;
  /** Blocks that hold picture (A.2.2), without those that only fill up the last MCU. */
  blocksWide: u32;
  blocksHigh: u32;
  /** Blocks of a strip row, the filling ones included. */
  stripWide: u32;
  stripHigh: u32;
  strip: usize;
  /** 64 x u16, zigzag: the source's quantisation steps. */
  sourceSteps: usize;
  /** 64 x u32, zigzag: 65536 * source step / target step, or 65536 / target step after resampling. */
  ratios: usize;
  /** 64 x u16, by row: see requantise.ts. */
  thresholds: usize;
  /** Whether two source blocks become one, across and down. */
  halvesAcross: bool;
  halvesDown: bool;
  /** Whether any step becomes coarser: otherwise every coefficient is kept as it is. */
  coarsens: bool;
  /** Its place in the frame. */
  index: u32;
  /** EOB run of a progressive scan, as far as the tokens have come. */
  eobRun: u32;
  /** Output: factors, blocks, which pair of Huffman tables. */
  outH: u32;
  outV: u32;
  outWide: u32;
  outHigh: u32;
  tableClass: u32;
  /** i16 per output block, raster order: the quantised DC, not yet differenced. */
  dc: usize;
  /** usize per output block row: where its tokens begin. */
  rowTokens: usize;
  /** For what comes as samples, see block-row.ts: i16 with three bits below the point, eight rows. */
  rows: usize;
  /** Samples of a row of it, and how many of the eight are there already. */
  rowWide: u32;
  rowsHeld: u32;
  /** Which block row of the output they are to become. */
  blockRow: u32;
  /** Whether the picture is made smaller, see reduce.ts; then the samples that a source block leaves across and down, */
  reduces: bool;
  across: u32;
  down: u32;
  /** whether every two of those are joined once more, */
  joinsAcross: bool;
  joinsDown: bool;
  /** how many the component has then, */
  samplesWide: u32;
  samplesHigh: u32;
  /** and a row of them that are to be joined. */
  spareRow: usize;
}

/** T.81 table B.2: a frame has at most four components here (A.1.3 allows 255, no decoder does). */
export const MAX_COMPONENTS: i32 = 4;
const COMPONENT_BYTES: usize = offsetof<Component>();
const components: usize = memory.data(<i32>COMPONENT_BYTES * MAX_COMPONENTS, 8);

export let componentCount: u32 = 0;

export function setComponentCount(count: u32): void {
  componentCount = count;
}

@inline
export function componentAt(index: u32): Component {
  return changetype<Component>(components + <usize>index * COMPONENT_BYTES);
}

/** Makes room for what a component needs for the whole picture; false when the cap is reached. */
export function allocateComponent(c: Component): bool {
  c.strip = allocate(<usize>c.stripWide * c.stripHigh * BLOCK_BYTES);
  c.sourceSteps = allocate(64 * 2);
  return c.strip != 0 && c.sourceSteps != 0 && allocateOutput(c);
}

/** The part of it that what is written needs, wherever it comes from. */
export function allocateOutput(c: Component): bool {
  c.ratios = allocate(64 * 4);
  c.thresholds = allocate(64 * 2);
  c.dc = allocate(<usize>c.outWide * c.outHigh * 2);
  c.rowTokens = allocate((<usize>c.outHigh + 1) * sizeof<usize>());
  return c.ratios != 0 && c.thresholds != 0 && c.dc != 0 && c.rowTokens != 0;
}

@inline
export function stripBlock(c: Component, row: u32, column: u32): usize {
  return c.strip + (<usize>row * c.stripWide + column) * BLOCK_BYTES;
}
