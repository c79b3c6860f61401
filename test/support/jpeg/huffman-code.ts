// Huffman tables as BITS and HUFFVAL (T.81 annex C) and the making of optimal ones (annex K.2).
import { at } from "./at.ts";
import { JpegError } from "./coefficients.ts";

export interface HuffmanTable {
  /** BITS: how many codes there are of length 1 to 16, at index 0 to 15. */
  counts: number[];
  /** HUFFVAL: the symbols in order of their codes. */
  symbols: number[];
}

export interface HuffmanCode {
  symbol: number;
  code: number;
  length: number;
}

/** C.2: codes of one length count up; the next length starts at the double. */
export function codesOf(table: HuffmanTable): HuffmanCode[] {
  const codes: HuffmanCode[] = [];
  let code = 0;
  for (let length = 1; length <= 16; length++) {
    for (let i = 0; i < at(table.counts, length - 1); i++) {
      // C.1: the code of all ones is reserved.
      if (code >= 2 ** length - 1) throw new JpegError(`Huffman code of all ones or beyond at length ${length}`);
      codes.push({ symbol: at(table.symbols, codes.length), code, length });
      code++;
    }
    code *= 2;
  }
  if (codes.length !== table.symbols.length) throw new JpegError("BITS and HUFFVAL differ in number");
  return codes;
}

/** K.2: the best lengths for these frequencies, none over 16, the all-ones code left free. */
export function optimalTable(frequencies: ReadonlyMap<number, number>): HuffmanTable {
  // The reserved code is won by giving a symbol that never occurs the least weight.
  const reserved = 256;
  interface Node {
    weight: number;
    symbols: number[];
  }
  const lengths = new Map<number, number>([[reserved, 0]]);
  let nodes: Node[] = [{ weight: 1e-9, symbols: [reserved] }];
  for (const [symbol, weight] of frequencies) {
    lengths.set(symbol, 0);
    nodes.push({ weight, symbols: [symbol] });
  }
  while (nodes.length > 1) {
    nodes.sort((a, b) => a.weight - b.weight);
    const [light, next, ...rest] = nodes;
    if (light === undefined || next === undefined) break;
    const symbols = [...light.symbols, ...next.symbols];
    for (const symbol of symbols) lengths.set(symbol, (lengths.get(symbol) ?? 0) + 1);
    nodes = [...rest, { weight: light.weight + next.weight, symbols }];
  }
  const counts = shortenTo16([...lengths.values()]);
  const symbols = [...lengths.keys()]
    .filter((symbol) => symbol !== reserved)
    .sort((a, b) => (lengths.get(a) ?? 0) - (lengths.get(b) ?? 0) || a - b);
  return { counts, symbols };
}

/** Figure K.3 (Adjust_BITS), then the reserved code is taken from the longest length. */
function shortenTo16(lengths: number[]): number[] {
  const longest = Math.max(16, ...lengths);
  const bits = Array.from({ length: longest + 1 }, () => 0);
  for (const length of lengths) bits[length] = at(bits, length) + 1;
  for (let length = longest; length > 16; length--) {
    while (at(bits, length) > 0) {
      let shorter = length - 2;
      while (at(bits, shorter) === 0) shorter--;
      bits[length] = at(bits, length) - 2;
      bits[length - 1] = at(bits, length - 1) + 1;
      bits[shorter + 1] = at(bits, shorter + 1) + 2;
      bits[shorter] = at(bits, shorter) - 1;
    }
  }
  let last = 16;
  while (at(bits, last) === 0) last--;
  bits[last] = at(bits, last) - 1;
  return bits.slice(1, 17);
}
