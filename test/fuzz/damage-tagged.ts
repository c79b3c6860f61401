// Damages files made of named parts: the chunks of a WebP, the boxes of an AVIF or a JPEG XL. Lies go before and behind the name.
import type { Random } from "../support/random.ts";
import { anywhere, damage, inHeader, lieAt, type Mutation } from "./damage.ts";

const webpTags = ["RIFF", "VP8 ", "VP8L", "VP8X", "ALPH", "ICCP", "EXIF"];
const avifTags =
  "ftyp meta pitm iloc infe iinf ipco ipma iprp ispe av1C pixi colr auxC irot imir iref idat mdat grid".split(" ");

const jxlTags = ["JXL ", "ftyp", "jxlc", "jxlp", "Exif"];

export function damageWebp(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  return damage(bytes, ofWebp, random, others);
}

export function damageAvif(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  return damage(bytes, ofAvif, random, others);
}

export function damageJxl(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  return damage(bytes, ofJxl, random, others);
}

const ofWebp = withTags(webpTags);
const ofAvif = withTags(avifTags);
const ofJxl = withTags(jxlTags);

function withTags(tags: readonly string[]): readonly Mutation[] {
  const lie: Mutation = (bytes, random) => {
    const at = findTag(bytes, random.pick(tags));
    return at < 0 ? bytes : lieAt(bytes, at + random.integer(-4, 20), random);
  };
  return [...anywhere, ...inHeader, ...Array.from({ length: 12 }, () => lie)];
}

function findTag(bytes: Uint8Array, tag: string): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(tag, 0, "latin1");
}
