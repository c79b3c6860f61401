// Writes quantised coefficients as a JPEG, with every liberty the standard gives (T.81 annex B): any script of scans,
// restart intervals, fill bytes, 16-bit quantisation tables, DNL, Huffman tables good or bad.
import { at } from "./at.ts";
import { codeAcScan, codeDcScan, type ProgressiveOptions } from "./code-progressive.ts";
import { codeSequentialScan } from "./code-sequential.ts";
import { countSymbols, type Coded } from "./coded-scan.ts";
import { JpegError, type CoefficientImage, type Component } from "./coefficients.ts";
import { codesOf, optimalTable, type HuffmanCode, type HuffmanTable } from "./huffman-code.ts";
import type { Band } from "./read-block.ts";
import type { Segment } from "./read-jpeg.ts";

export interface Scan extends Band {
  /** Indices into the picture's components. */
  components: number[];
  /** In MCUs of this scan; 0 for none. */
  restartInterval: number;
}

export interface WriteOptions {
  /** SOF0 baseline, SOF1 extended, SOF2 progressive. */
  frameMarker: 0xc0 | 0xc1 | 0xc2;
  scans: Scan[];
  /** APPn and COM after SOI. */
  segments: Segment[];
  /** Steps are written in 16 bits even where 8 would do. */
  wideSteps: boolean;
  /** Height 0 in the frame, told by DNL after the first scan. */
  numberOfLinesLater: boolean;
  /** This many FF before each marker but SOI and RST. */
  fillBytes: number;
  /** Every component has Huffman tables of its own, as far as four tables go; otherwise all share one pair. */
  ownTables: boolean;
  longestRun: number;
  /** Changes the frequencies a table is made for: a bad table is as valid as a good one and has longer codes. */
  bendFrequency: (frequency: number) => number;
  /** Before SOI and after EOI: not JPEG at all. */
  leading: Uint8Array;
  trailing: Uint8Array;
}

export const plainOptions: Omit<WriteOptions, "scans" | "frameMarker"> = {
  segments: [],
  wideSteps: false,
  numberOfLinesLater: false,
  fillBytes: 0,
  ownTables: false,
  longestRun: 0x7fff,
  bendFrequency: (frequency) => frequency,
  leading: new Uint8Array(),
  trailing: new Uint8Array(),
};

export function writeJpeg(image: CoefficientImage, options: WriteOptions): Uint8Array {
  const bytes: number[] = [...options.leading, 0xff, 0xd8];
  const fill = Array.from({ length: options.fillBytes }, () => 0xff);

  function segment(marker: number, payload: Iterable<number>): void {
    const content = [...payload];
    const length = content.length + 2;
    bytes.push(...fill, 0xff, marker, length >> 8, length & 255, ...content);
  }

  for (const { marker, payload } of options.segments) segment(marker, payload);
  image.components.forEach(({ steps }, index) => segment(0xdb, stepsPayload(index, steps, options.wideSteps)));
  segment(options.frameMarker, framePayload(image, options.numberOfLinesLater));
  let restartInterval = 0;
  options.scans.forEach((scan, index) => {
    if (scan.restartInterval !== restartInterval) {
      restartInterval = scan.restartInterval;
      segment(0xdd, [restartInterval >> 8, restartInterval & 255]);
    }
    const components = scan.components.map((number) => requireComponent(image, number));
    const tableIds = scan.components.map((number) => (options.ownTables ? tableOf(number, options) : 0));
    const coded = codeScan(components, tableIds, scan, options);
    const codes = new Map<string, HuffmanCode[]>();
    for (const [name, frequencies] of countSymbols(coded)) {
      const bent = new Map([...frequencies].map(([symbol, count]) => [symbol, options.bendFrequency(count)]));
      const table = optimalTable(bent);
      segment(0xc4, tablePayload(name, table));
      codes.set(name, codesOf(table));
    }
    segment(0xda, [
      components.length,
      ...components.flatMap(({ id }, i) => [id, at(tableIds, i) * 17]),
      scan.start,
      scan.end,
      scan.high * 16 + scan.low,
    ]);
    pushBits(bytes, coded, codes);
    if (index === 0 && options.numberOfLinesLater) segment(0xdc, [image.height >> 8, image.height & 255]);
  });
  bytes.push(...fill, 0xff, 0xd9, ...options.trailing);
  return Uint8Array.from(bytes);
}

/** Baseline knows two tables of each class, the others four (B.2.4.2). */
function tableOf(component: number, { frameMarker }: WriteOptions): number {
  return Math.min(component, frameMarker === 0xc0 ? 1 : 3);
}

function requireComponent(image: CoefficientImage, index: number): Component {
  const component = image.components[index];
  if (component === undefined) throw new JpegError(`no component ${index}`);
  return component;
}

function codeScan(components: Component[], tableIds: number[], scan: Scan, options: WriteOptions): Coded[] {
  const { restartInterval } = scan;
  if (options.frameMarker !== 0xc2) return codeSequentialScan(components, tableIds, restartInterval);
  const progressive: ProgressiveOptions = { restartInterval, longestRun: options.longestRun };
  if (scan.start === 0) return codeDcScan(components, tableIds, scan, progressive);
  const [component] = components;
  if (component === undefined) throw new JpegError("a scan without components");
  return codeAcScan(component, at(tableIds, 0), scan, progressive);
}

/** B.2.4.1; table i for component i. */
function stepsPayload(id: number, steps: Uint16Array, wide: boolean): number[] {
  const inBytes = !wide && steps.every((step) => step < 256);
  return [inBytes ? id : 16 + id, ...[...steps].flatMap((step) => (inBytes ? [step] : [step >> 8, step & 255]))];
}

/** B.2.2 */
function framePayload({ width, height, components }: CoefficientImage, heightLater: boolean): number[] {
  const lines = heightLater ? 0 : height;
  return [
    8,
    lines >> 8,
    lines & 255,
    width >> 8,
    width & 255,
    components.length,
    ...components.flatMap(({ id, horizontal, vertical }, index) => [id, horizontal * 16 + vertical, index]),
  ];
}

/** B.2.4.2 */
function tablePayload(name: string, { counts, symbols }: HuffmanTable): number[] {
  const kind = name.startsWith("ac") ? 16 : 0;
  return [kind + Number(name.slice(2)), ...counts, ...symbols];
}

/** F.1.2.3: bits from the top, a zero byte after each FF, ones to fill the last byte. */
function pushBits(bytes: number[], coded: readonly Coded[], codes: ReadonlyMap<string, HuffmanCode[]>): void {
  const lookup = new Map(
    [...codes].map(([name, list]) => [name, new Map(list.map((code) => [code.symbol, code] as const))] as const),
  );
  let current = 0;
  let filled = 0;

  function push(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--) {
      current = current * 2 + ((value >> i) & 1);
      filled++;
      if (filled < 8) continue;
      bytes.push(current);
      if (current === 0xff) bytes.push(0);
      current = 0;
      filled = 0;
    }
  }

  function pad(): void {
    while (filled > 0) push(1, 1);
  }

  for (const item of coded) {
    if (item.kind === "restart") {
      pad();
      bytes.push(0xff, 0xd0 + item.number);
      continue;
    }
    if (item.kind === "symbol") {
      const code = lookup.get(item.table)?.get(item.symbol);
      if (code === undefined) throw new JpegError(`no code for ${item.symbol} in ${item.table}`);
      push(code.code, code.length);
    }
    push(item.extra, item.extraBits);
  }
  pad();
}
