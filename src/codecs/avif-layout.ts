// Pure. Into which cells a picture is cut before it becomes an AVIF. libaom holds 40 to 70 bytes a pixel while it encodes, so
// that only cells, one behind the other, let a photograph of any size through an isolate.

import { avifCellBytes, avifEncoderBytes, bandBytes } from "./memory.ts";

export interface AvifLayout {
  width: number;
  height: number;
  columns: number;
  rows: number;
  /** The same for all of them; what reaches beyond the picture is cut off. */
  cellWidth: number;
  cellHeight: number;
  /** Whether four pixels share one colour (4:2:0). */
  halvesColours: boolean;
}

/**
 * Longest sides of a cell, best first: the fewer borders the better. Below the last, borders would show and heads weigh.
 */
const cellSides = [1024, 768, 512, 384, 256];
/** MIAF (ISO/IEC 23000-22, 7.3.11.4.2). */
const leastSide = 64;
/** Rows and columns are counted in a byte. */
const mostCells = 256;

/** Null where not even small cells fit. */
export function layOutAvif(
  { width, height }: { width: number; height: number },
  { halvesColours, ...room }: { halvesColours: boolean; roomBytes: number; wasmBytes: number },
): AvifLayout | null {
  const whole = { width, height, columns: 1, rows: 1, cellWidth: width, cellHeight: height, halvesColours };
  if (fits(whole, room)) return whole;
  // A grid of halved colours must be even (MIAF, 7.3.11.4.2), and readers refuse one that is not.
  const isEven = width % 2 === 0 && height % 2 === 0;
  const layouts = cellSides.map((side): AvifLayout => {
    const columns = Math.ceil(width / side);
    const rows = Math.ceil(height / side);
    const cells = { columns, rows, cellWidth: cellSide(width, columns), cellHeight: cellSide(height, rows) };
    return { width, height, ...cells, halvesColours: halvesColours && isEven };
  });
  const possible = layouts.filter((layout) => isGrid(layout) && fits(layout, room));
  // Rows beside the memories that codecs keep, as long as there are cells so small.
  return possible.find((layout) => bandBytes(layout) <= room.roomBytes - room.wasmBytes) ?? possible[0] ?? null;
}

function isGrid({ columns, rows }: AvifLayout): boolean {
  return columns <= mostCells && rows <= mostCells;
}

function fits(layout: AvifLayout, { roomBytes, wasmBytes }: { roomBytes: number; wasmBytes: number }): boolean {
  return avifCellBytes(layout) <= roomBytes && avifEncoderBytes(layout) <= wasmBytes;
}

/** What the smallest cells of a large picture take. */
export function leastAvifBytes(width: number): number {
  return avifCellBytes({ width, columns: 2, rows: 2, cellWidth: 256, cellHeight: 256, halvesColours: true });
}

/** Even, as colours stand for two pixels in each direction. */
function cellSide(length: number, parts: number): number {
  return Math.max(leastSide, 2 * Math.ceil(length / parts / 2));
}
