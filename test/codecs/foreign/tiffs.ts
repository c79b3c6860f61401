// Writes TIFFs of one strip from samples. Plain and slow; Adobe, TIFF 6.0.

import { deflateSync } from "node:zlib";

export interface TiffSample {
  width: number;
  height: number;
  /** 0 white is zero, 1 black is zero, 2 RGB, 3 palette. */
  photometric: 0 | 1 | 2 | 3;
  /** Of a pixel. */
  samples?: number;
  /** Bits of a sample. */
  depth: 1 | 2 | 4 | 8 | 16;
  at(x: number, y: number, sample: number): number;
  isDeflated?: boolean;
  /** Of the samples behind the colours: 1 premultiplied alpha, 2 alpha. */
  extraSamples?: 1 | 2;
  /** All reds, then all greens, then all blues, of 16 bits each. */
  palette?: number[];
  /** More tags: a number, or text (2), shorts (3) or bytes (7) as they are stored. */
  tags?: Record<number, number | { type: number; data: Uint8Array }>;
  /** The strip as it is stored, in place of what `at` says. */
  data?: Uint8Array;
}

/** Big-endian; the strip comes last. */
export function writeTiff(sample: TiffSample): Uint8Array {
  const { width, height, photometric, samples = 1, depth, isDeflated = false, extraSamples, palette, tags } = sample;
  const rows = sample.data ?? rowsOf(sample);
  const strip = isDeflated && sample.data === undefined ? new Uint8Array(deflateSync(rows)) : rows;
  const entries = new Map<number, { type: number; count: number; data: number[] }>();
  const add = (tag: number, ...values: number[]) =>
    entries.set(tag, { type: 4, count: values.length, data: values.flatMap((value) => bytesOf(value, 4)) });
  add(256, width);
  add(257, height);
  add(258, ...Array<number>(samples).fill(depth));
  add(259, isDeflated ? 8 : 1);
  add(262, photometric);
  add(273, 0);
  add(277, samples);
  add(279, strip.length);
  if (extraSamples !== undefined) add(338, extraSamples);
  if (palette !== undefined) add(320, ...palette);
  for (const [tag, value] of Object.entries(tags ?? {})) {
    if (typeof value === "number") add(Number(tag), value);
    else
      entries.set(Number(tag), {
        type: value.type,
        count: value.data.length / (value.type === 3 ? 2 : 1),
        data: [...value.data],
      });
  }
  const sorted = [...entries].sort(([a], [b]) => a - b);
  const behind = 8 + 2 + 12 * sorted.length + 4;
  const outside: number[] = [];
  const stripAt = behind + sorted.reduce((sum, [, { data }]) => sum + (data.length > 4 ? data.length : 0), 0);
  const directory = sorted.flatMap(([tag, { type, count, data }]) => {
    let value = tag === 273 ? bytesOf(stripAt, 4) : data;
    if (value.length > 4) {
      value = bytesOf(behind + outside.length, 4);
      outside.push(...data);
    }
    return [
      ...bytesOf(tag, 2),
      ...bytesOf(type, 2),
      ...bytesOf(count, 4),
      ...value,
      ...Array<number>(4 - value.length).fill(0),
    ];
  });
  return Uint8Array.from([
    0x4d,
    0x4d,
    0,
    42,
    0,
    0,
    0,
    8,
    ...bytesOf(sorted.length, 2),
    ...directory,
    0,
    0,
    0,
    0,
    ...outside,
    ...strip,
  ]);
}

/** Each row ends with its byte. */
function rowsOf(sample: TiffSample): Uint8Array {
  const { width, height, samples = 1, depth } = sample;
  const rowBytes = Math.ceil((width * samples * depth) / 8);
  const rows = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    for (let index = 0; index < width * samples; index++) {
      const value = sample.at(Math.floor(index / samples), y, index % samples);
      const bit = index * depth;
      const place = y * rowBytes + (bit >> 3);
      if (depth === 16) rows.set(bytesOf(value, 2), place);
      else rows[place] = (rows[place] ?? 0) | (value << (8 - depth - (bit & 7)));
    }
  }
  return rows;
}

function bytesOf(value: number, length: number): number[] {
  return Array.from({ length }, (_, at) => (value >>> (8 * (length - 1 - at))) & 255);
}
