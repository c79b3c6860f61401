// A scan as a list of what is to be written, before its Huffman tables exist: so that tables can be made for it (T.81 K.2).

export type Coded =
  /** A Huffman symbol of the named table, then `extraBits` bits as they are. */
  | { kind: "symbol"; table: string; symbol: number; extra: number; extraBits: number }
  | { kind: "bits"; extra: number; extraBits: number }
  | { kind: "restart"; number: number };

/** How often each table's symbols occur. */
export function countSymbols(coded: readonly Coded[]): Map<string, Map<number, number>> {
  const tables = new Map<string, Map<number, number>>();
  for (const item of coded) {
    if (item.kind !== "symbol") continue;
    const frequencies = tables.get(item.table) ?? new Map<number, number>();
    frequencies.set(item.symbol, (frequencies.get(item.symbol) ?? 0) + 1);
    tables.set(item.table, frequencies);
  }
  return tables;
}

/** SSSS of table F.1: how many bits the magnitude takes. */
export function magnitudeBits(value: number): number {
  return 32 - Math.clz32(Math.abs(value));
}

/** F.1.2.1: the additional bits; a negative value is written one less, in its low bits. */
export function additionalBits(value: number, size: number): number {
  return value >= 0 ? value : value + 2 ** size - 1;
}
