// Puts the output together: the metadata that is kept, the headers, and between them the entropy-coded data that the
// wasm writes, scan by scan.
import { joinBytes } from "../join-bytes.ts";
import type { ColourModel } from "./colour.ts";
import { frameSegment, huffmanSegment, quantSegment, scanSegment, shareTables } from "./frame-segments.ts";
import type { PictureLayout } from "./layout.ts";
import { tableClassOf } from "./load-picture.ts";
import type { JpegExtras } from "./markers.ts";
import { metadataSegments } from "./metadata.ts";
import type { EngineExports } from "./wasm-exports.ts";

export interface WriteOptions {
  width: number;
  height: number;
  extras: JpegExtras;
  colour: ColourModel;
  /** The output's steps, by component. */
  steps: Uint16Array[];
  progressive: boolean;
}

/** Where `assembly/plan.ts` keeps its Huffman codes: two for DC, two for AC, then one for each component's AC scan. */
const acCodes = 2;
const bandCodes = 4;

/** Null when the data have no room: that of the source's own data, or what `makeOutputRoom` has made. */
export function writePicture(
  wasm: EngineExports,
  layout: PictureLayout,
  { width, height, extras, colour, steps, progressive }: WriteOptions,
): Uint8Array | null {
  const quant = shareTables(steps);
  const classes = layout.components.map((_, index) => tableClassOf(colour, index));
  const pairs = classes.includes(1) ? [0, 1] : [0];
  const chunks = [
    Uint8Array.of(0xff, 0xd8),
    ...metadataSegments(extras, colour),
    quantSegment(quant),
    frameSegment({ width, height }, layout, colour, quant, progressive),
  ];
  const addData = (length: number): boolean => {
    if (length > 0) chunks.push(new Uint8Array(wasm.memory.buffer, wasm.outputStart(), length).slice());
    return length > 0;
  };

  const dcTables = pairs.map((slot) => ({ head: slot, spec: codeSpec(wasm, slot) }));
  if (progressive) {
    const all = classes.map((slot, component) => ({ component, tables: slot << 4 }));
    chunks.push(huffmanSegment(dcTables), scanSegment(colour, all, 0, 0));
    if (!addData(wasm.writeDc())) return null;
    for (const component of classes.keys()) {
      chunks.push(huffmanSegment([{ head: 0x10, spec: codeSpec(wasm, bandCodes + component) }]));
      chunks.push(scanSegment(colour, [{ component, tables: 0 }], 1, 63));
      if (!addData(wasm.writeAc(component))) return null;
    }
  } else {
    const all = classes.map((slot, component) => ({ component, tables: (slot << 4) | slot }));
    const acTables = pairs.map((slot) => ({ head: 0x10 | slot, spec: codeSpec(wasm, acCodes + slot) }));
    chunks.push(huffmanSegment([...dcTables, ...acTables]), scanSegment(colour, all, 0, 63));
    if (!addData(wasm.writeInterleaved())) return null;
  }
  chunks.push(Uint8Array.of(0xff, 0xd9));
  return joinBytes(chunks);
}

/** BITS and HUFFVAL of a code the wasm has built. */
function codeSpec(wasm: EngineExports, code: number): Uint8Array {
  const count = wasm.codeValueCount(code);
  const spec = new Uint8Array(16 + count);
  spec.set(new Uint8Array(wasm.memory.buffer, wasm.codeSpec(code), 16));
  spec.set(new Uint8Array(wasm.memory.buffer, wasm.codeValues(code), count), 16);
  return spec;
}
