// Damages files whose headers are numbers at fixed places or, in a TIFF, where a number says.
import type { Random } from "../support/random.ts";
import { anywhere, damage, inHeader, lieAt, type Mutation } from "./damage.ts";

export function damagePlain(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  return damage(bytes, ofPlain, random, others);
}

export function damageTiff(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  return damage(bytes, ofTiff, random, others);
}

const ofPlain: readonly Mutation[] = [...anywhere, ...inHeader, ...inHeader];
const ofTiff: readonly Mutation[] = [...anywhere, ...inHeader, ...Array.from({ length: 6 }, () => lieInDirectory)];

/** Tag, kind, count or value of an entry (TIFF 6.0, section 2). */
function lieInDirectory(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length < 8) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = view.getUint32(4, bytes[0] === 0x49);
  const entry = random.integer(0, 20);
  return lieAt(bytes, directory + random.pick([0, 2 + 12 * entry + random.pick([0, 2, 4, 8])]), random);
}
