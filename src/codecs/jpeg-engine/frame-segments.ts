// The marker segments of the output that describe the picture: DQT, SOF, DHT, SOS (T.81 B.2).
import type { ColourModel } from "./colour.ts";
import type { PictureLayout } from "./layout.ts";
import { segment } from "./metadata.ts";

export interface QuantTables {
  /** Each different one once. */
  tables: Uint16Array[];
  /** By component. */
  slots: number[];
}

/** At most one table a component, and a component's table only once. */
export function shareTables(steps: Uint16Array[]): QuantTables {
  const tables: Uint16Array[] = [];
  const slots = steps.map((table) => {
    const known = tables.findIndex((other) => other.every((step, k) => step === table[k]));
    return known >= 0 ? known : tables.push(table) - 1;
  });
  return { tables, slots };
}

export function quantSegment({ tables }: QuantTables): Uint8Array {
  return segment(
    0xdb,
    ...tables.map((table, slot) =>
      isWide(table)
        ? Uint8Array.from([0x10 | slot, ...[...table].flatMap((step) => [step >> 8, step & 255])])
        : Uint8Array.from([slot, ...table]),
    ),
  );
}

export function frameSegment(
  { width, height }: { width: number; height: number },
  layout: PictureLayout,
  colour: ColourModel,
  quant: QuantTables,
  progressive: boolean,
): Uint8Array {
  // Baseline allows steps of 8 bits only (B.2.4.1).
  const marker = progressive ? 0xc2 : quant.tables.some(isWide) ? 0xc1 : 0xc0;
  return segment(
    marker,
    Uint8Array.of(8, height >> 8, height & 255, width >> 8, width & 255, layout.components.length),
    ...layout.components.map(({ outH, outV }, index) =>
      Uint8Array.of(componentId(colour, index), (outH << 4) | outV, quant.slots[index] ?? 0),
    ),
  );
}

/** `tables` are heads (class << 4 | slot) with BITS and HUFFVAL. */
export function huffmanSegment(tables: { head: number; spec: Uint8Array }[]): Uint8Array {
  return segment(0xc4, ...tables.flatMap(({ head, spec }) => [Uint8Array.of(head), spec]));
}

export function scanSegment(
  colour: ColourModel,
  parts: { component: number; tables: number }[],
  bandStart: number,
  bandEnd: number,
): Uint8Array {
  return segment(
    0xda,
    Uint8Array.of(parts.length),
    ...parts.map(({ component, tables }) => Uint8Array.of(componentId(colour, component), tables)),
    Uint8Array.of(bandStart, bandEnd, 0),
  );
}

/** Some decoders know RGB only by these letters. */
function componentId(colour: ColourModel, index: number): number {
  return colour === "rgb" ? "RGB".charCodeAt(index) : index + 1;
}

function isWide(table: Uint16Array): boolean {
  return table.some((step) => step > 255);
}
