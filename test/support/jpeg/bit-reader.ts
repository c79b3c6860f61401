// Reads one entropy-coded segment bit by bit: byte stuffing, the marker that ends it, and what must stand before it
// (T.81 F.2.2.5, B.1.1.5). Strict: padding other than ones and any byte left over are errors.
import { at } from "./at.ts";
import { JpegError } from "./coefficients.ts";
import { codesOf, type HuffmanTable } from "./huffman-code.ts";

export class BitReader {
  #bytes: Uint8Array;
  #position: number;
  #current = 0;
  #left = 0;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.#position = position;
  }

  bit(): number {
    if (this.#left === 0) {
      this.#current = this.#nextByte();
      this.#left = 8;
    }
    this.#left--;
    return (this.#current >> this.#left) & 1;
  }

  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.bit();
    return value;
  }

  /** F.2.2.1, RECEIVE and EXTEND: a number of `size` bits where a leading zero means negative. */
  signed(size: number): number {
    if (size === 0) return 0;
    const value = this.bits(size);
    return value < 2 ** (size - 1) ? value - 2 ** size + 1 : value;
  }

  symbol(decoder: SymbolDecoder): number {
    let code = 0;
    for (let length = 1; length <= 16; length++) {
      code = code * 2 + this.bit();
      const symbol = decoder.get(length * 65536 + code);
      if (symbol !== undefined) return symbol;
    }
    throw new JpegError("a bit pattern that is no Huffman code");
  }

  /** Ends the segment: at most 7 bits of padding, all ones, then a marker. Returns where its FF stands. */
  finish(): number {
    while (this.#left > 0) if (this.bit() !== 1) throw new JpegError("padding that is not ones");
    if (at(this.#bytes, this.#position) !== 0xff || at(this.#bytes, this.#position + 1) === 0) {
      throw new JpegError("bytes left over before a marker");
    }
    return this.#position;
  }

  #nextByte(): number {
    const byte = this.#bytes[this.#position];
    if (byte === undefined) throw new JpegError("the data ends within a scan");
    if (byte === 0xff) {
      if (this.#bytes[this.#position + 1] !== 0) throw new JpegError("a marker within a scan");
      this.#position++;
    }
    this.#position++;
    return byte;
  }
}

/** From length and code to symbol; the key is length * 65536 + code. */
export type SymbolDecoder = ReadonlyMap<number, number>;

export function createSymbolDecoder(table: HuffmanTable): SymbolDecoder {
  return new Map(codesOf(table).map(({ symbol, code, length }) => [length * 65536 + code, symbol]));
}
