// Damages a PNG chunk by chunk, and mostly makes the checksums fit again, for what has a wrong one is refused at once.
import { crc32 } from "node:zlib";
import { joinBytes } from "../../src/codecs/join-bytes.ts";
import type { Random } from "../support/random.ts";
import { anywhere, damage, lieAt, type Mutation } from "./damage.ts";

export function damagePng(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  const mutant = damage(bytes, mutations, random, others);
  return random.chance(0.8) ? withFittingChecksums(mutant) : mutant;
}

const mutations: readonly Mutation[] = [
  ...anywhere,
  lieInChunk("IHDR", 13),
  lieInChunk("IHDR", 13),
  lieInChunk("IHDR", 13),
  lieInChunk("PLTE", 64),
  lieInChunk("tRNS", 16),
  lieInChunk("iCCP", 32),
  lieInChunk("eXIf", 32),
  // Where the zlib stream says how it was made, and its first block which codes it has.
  lieInChunk("IDAT", 24),
  lieInChunk("IDAT", 24),
  lieAboutLength,
  moveChunk,
  moveChunk,
];

interface Chunk {
  /** Where its length begins. */
  from: number;
  dataBytes: number;
}

function lieInChunk(type: string, reach: number): Mutation {
  return (bytes, random) => {
    const chunk = random.pick([null, ...chunksOf(bytes).filter(({ from }) => typeAt(bytes, from) === type)]);
    return chunk === null ? bytes : lieAt(bytes, chunk.from + 8 + random.integer(0, reach - 1), random);
  };
}

function lieAboutLength(bytes: Uint8Array, random: Random): Uint8Array {
  const chunk = random.pick([null, ...chunksOf(bytes)]);
  return chunk === null ? bytes : lieAt(bytes, chunk.from + random.integer(0, 3), random);
}

/** Left out, doubled or at another place. */
function moveChunk(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  const donor = random.pick([bytes, random.pick(others)]);
  const [one, place] = [random.pick([null, ...chunksOf(donor)]), random.pick([null, ...chunksOf(bytes)])];
  if (one === null || place === null) return bytes;
  const piece = random.chance(0.3) ? new Uint8Array(0) : donor.subarray(one.from, one.from + one.dataBytes + 12);
  const behind = place.from + (random.chance(0.5) ? place.dataBytes + 12 : 0);
  return joinBytes([bytes.subarray(0, place.from), piece, bytes.subarray(behind)]);
}

function withFittingChecksums(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const { from, dataBytes } of chunksOf(bytes)) {
    const end = from + 8 + dataBytes;
    if (end + 4 <= bytes.length) view.setUint32(end, crc32(bytes.subarray(from + 4, end)));
  }
  return bytes;
}

/** As far as their lengths lead. */
function chunksOf(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let from = 8; from + 12 <= bytes.length;) {
    const dataBytes = view.getUint32(from);
    chunks.push({ from, dataBytes });
    from += dataBytes + 12;
  }
  return chunks;
}

function typeAt(bytes: Uint8Array, from: number): string {
  return String.fromCharCode(...bytes.subarray(from + 4, from + 8));
}
