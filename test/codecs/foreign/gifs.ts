// Writes GIFs from samples, with codes that only ever stand for one pixel. Plain, and larger than the pixels.

export interface GifSample {
  width: number;
  height: number;
  /** Bits of a pixel, 1 to 8. */
  depth: number;
  /** The index of a pixel. */
  at(x: number, y: number): number;
  /** Red, green, blue for each index. */
  palette: number[][];
  transparent?: number;
  isInterlaced?: boolean;
}

export function writeGif(sample: GifSample): Uint8Array {
  const { width, height, depth, palette, transparent, isInterlaced = false } = sample;
  const size = [width & 255, width >> 8, height & 255, height >> 8];
  const colours = Array.from({ length: 2 ** depth }, (_, index) => palette[index] ?? [0, 0, 0]).flat();
  const control = transparent === undefined ? [] : [0x21, 0xf9, 4, 1, 0, 0, transparent, 0];
  const codeBits = Math.max(2, depth);
  const codes = packCodes(indicesOf(sample), codeBits);
  const pieces: number[] = [];
  for (let at = 0; at < codes.length; at += 255) {
    const piece = codes.slice(at, at + 255);
    pieces.push(piece.length, ...piece);
  }
  const head = [...new TextEncoder().encode("GIF89a"), ...size, 0x80 | (depth - 1), 0, 0, ...colours];
  const frame = [0x2c, 0, 0, 0, 0, ...size, isInterlaced ? 0x40 : 0, codeBits, ...pieces, 0];
  return Uint8Array.from([...head, ...control, ...frame, 0x3b]);
}

/** As they are stored; GIF89a, appendix E. */
function indicesOf(sample: GifSample): number[] {
  const { width, height } = sample;
  const passes =
    sample.isInterlaced === true
      ? ([
          [0, 8],
          [4, 8],
          [2, 4],
          [1, 2],
        ] as const)
      : ([[0, 1]] as const);
  const indices: number[] = [];
  for (const [first, apart] of passes) {
    for (let y = first; y < height; y += apart) for (let x = 0; x < width; x++) indices.push(sample.at(x, y));
  }
  return indices;
}

/** Begins anew before the codes would have to become longer. */
function packCodes(indices: number[], codeBits: number): number[] {
  const [clear, end] = [2 ** codeBits, 2 ** codeBits + 1];
  const codes = indices.flatMap((index, at) => (at % (clear - 2) === 0 ? [clear, index] : [index]));
  const bytes: number[] = [];
  let [held, bits] = [0, 0];
  for (const code of [...codes, end]) {
    held |= code << bits;
    for (bits += codeBits + 1; bits >= 8; bits -= 8) {
      bytes.push(held & 255);
      held >>= 8;
    }
  }
  return [...bytes, held];
}
