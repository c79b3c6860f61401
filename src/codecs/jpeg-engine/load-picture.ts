// Hands a parsed picture to the wasm: layout, steps, Huffman tables, then each scan's data through the stage.
import type { ColourModel } from "./colour.ts";
import type { ComponentLayout, PictureLayout, Reduction } from "./layout.ts";
import type { HuffmanSpec, JpegPicture } from "./markers.ts";
import { type EngineExports, type EngineStatus, scanKinds, stageBytes, statusOf } from "./wasm-exports.ts";

export interface LoadOptions {
  colour: ColourModel;
  /** The output's steps, by component. */
  steps: Uint16Array[];
  /** What the layout is for, 1 unless told otherwise. */
  reduction?: Reduction;
  capBytes: number;
}

export function loadPicture(
  wasm: EngineExports,
  source: Uint8Array,
  picture: JpegPicture,
  layout: PictureLayout,
  { colour, steps, reduction = 1, capBytes }: LoadOptions,
): EngineStatus {
  const { mcusWide, mcusHigh, rowsInStrip, components } = layout;
  let status = statusOf(wasm.beginPicture(mcusWide, mcusHigh, rowsInStrip, components.length, capBytes));
  for (const [index, one] of components.entries()) {
    if (status !== "ok") return status;
    const from = picture.steps[index] ?? new Uint16Array(64);
    const to = steps[index] ?? from;
    status = loadComponent(wasm, index, one, from, to, { reduction, tableClass: tableClassOf(colour, index) });
  }
  const tables = new Map<HuffmanSpec, number>();
  for (const { parts } of picture.scans) {
    for (const { dc, ac } of parts) {
      if (status === "ok" && dc && !tables.has(dc)) status = loadTable(wasm, dc, true, tables);
      if (status === "ok" && ac && !tables.has(ac)) status = loadTable(wasm, ac, false, tables);
    }
  }
  for (const { kind, parts, bandStart, bandEnd, low, restartInterval, data } of picture.scans) {
    if (status !== "ok") return status;
    const code = scanKinds.indexOf(kind);
    const { start, end, restarts } = data;
    status = statusOf(wasm.addScan(code, bandStart, bandEnd, low, restartInterval, restarts, end - start));
    if (status !== "ok") return status;
    for (const { component, dc, ac } of parts) {
      wasm.addPart(component, dc ? (tables.get(dc) ?? 0) : 0, ac ? (tables.get(ac) ?? 0) : 0);
    }
    const stage = new Uint8Array(wasm.memory.buffer, wasm.stageAddress(), stageBytes);
    for (let at = start; at < end; at += stageBytes) {
      const chunk = source.subarray(at, Math.min(at + stageBytes, end));
      stage.set(chunk);
      wasm.takeStaged(chunk.length);
    }
    wasm.endScan();
  }
  return status;
}

function loadComponent(
  wasm: EngineExports,
  index: number,
  one: ComponentLayout,
  from: Uint16Array,
  to: Uint16Array,
  { reduction, tableClass }: { reduction: Reduction; tableClass: number },
): EngineStatus {
  const isResampled = reduction > 1 || one.halvesAcross || one.halvesDown;
  const coarsens = isResampled || to.some((step, k) => step !== from[k]);
  const code = wasm.setComponent(
    index,
    one.h,
    one.v,
    one.blocksWide,
    one.blocksHigh,
    one.outH,
    one.outV,
    one.outWide,
    one.outHigh,
    Number(one.halvesAcross),
    Number(one.halvesDown),
    Number(coarsens),
    tableClass,
  );
  if (statusOf(code) !== "ok") return statusOf(code);
  const reduced = reduction === 1 ? "ok" : loadReduction(wasm, index, one, reduction);
  if (reduced !== "ok") return reduced;
  const stage = wasm.stageAddress();
  new Uint16Array(wasm.memory.buffer, stage, 64).set(from);
  const ratios = Uint32Array.from(to, (step, k) => Math.round((65536 * (isResampled ? 1 : (from[k] ?? 1))) / step));
  new Uint32Array(wasm.memory.buffer, stage + 128, 64).set(ratios);
  wasm.setSteps(index);
  return "ok";
}

/** A source block leaves 8 / `reduction` samples each way, half as many where chroma is halved besides. */
function loadReduction(
  wasm: EngineExports,
  index: number,
  { halvesAcross, halvesDown, samplesWide, samplesHigh }: ComponentLayout,
  reduction: Reduction,
): EngineStatus {
  const across = 8 / reduction / (halvesAcross ? 2 : 1);
  const down = 8 / reduction / (halvesDown ? 2 : 1);
  return statusOf(
    wasm.setReduction(
      index,
      Math.max(1, across),
      Math.max(1, down),
      Number(across < 1),
      Number(down < 1),
      samplesWide,
      samplesHigh,
    ),
  );
}

function loadTable(
  wasm: EngineExports,
  spec: HuffmanSpec,
  isDc: boolean,
  tables: Map<HuffmanSpec, number>,
): EngineStatus {
  new Uint8Array(wasm.memory.buffer, wasm.stageAddress(), spec.length).set(spec);
  const status = statusOf(wasm.addTable(spec.length - 16, Number(isDc)));
  if (status === "ok") tables.set(spec, wasm.addedTable());
  return status;
}

/** Which of the two pairs of Huffman tables a component uses: baseline has no more (T.81 table B.5). */
export function tableClassOf(colour: ColourModel, component: number): 0 | 1 {
  if (colour === "ycbcr") return component === 0 ? 0 : 1;
  if (colour === "ycck") return component === 0 || component === 3 ? 0 : 1;
  if (colour === "cmyk") return component === 3 ? 1 : 0;
  return 0;
}
