// Pure. What a PNG says of itself that outlives it in another format (W3C PNG, third edition, 11.3). Colours it may tell
// in four ways, of which the first that it has counts: cICP, iCCP, sRGB, gAMA with cHRM.

import { inflateSync } from "node:zlib";
import { readExif } from "./exif.ts";
import { displayP3Primaries, srgbPrimaries, writeProfile, type Primaries } from "./icc.ts";
import type { Metadata } from "./picture.ts";
import { walkChunks, type Chunk } from "./png-chunks.ts";

/** The profile of a printing press has 2 to 3 MB. */
const maxProfileBytes = 4 * 1024 * 1024;

/** gAMA of sRGB, and by how much one may be off to count as it: 1 %. */
const srgbGamma = 45_455;
const sameGamma = 455;
/** cHRM counts hundred thousandths; sRGB's are given to three places. */
const sameChromaticity = 0.0015;

/** Answers in words what its colours are where no profile says it. */
export function readPngMetadata(bytes: Uint8Array): Metadata | { colours: string } {
  const chunks = new Map<string, Uint8Array>();
  let copyright: Uint8Array | null = null;
  for (const chunk of walkChunks(bytes)) {
    copyright ??= readCopyright(chunk);
    if (!chunks.has(chunk.type)) chunks.set(chunk.type, chunk.data);
  }
  const profile = readProfile(chunks);
  if (profile !== null && "colours" in profile) return profile;
  const exif = readExif(chunks.get("eXIf") ?? null);
  return { orientation: exif.orientation, copyright: copyright ?? exif.copyright, profile };
}

function readProfile(chunks: ReadonlyMap<string, Uint8Array>): Uint8Array | { colours: string } | null {
  const codePoints = chunks.get("cICP");
  if (codePoints !== undefined && codePoints.length === 4) return fromCodePoints(codePoints);
  const compressed = chunks.get("iCCP");
  if (compressed !== undefined) return unpack(compressed);
  if (chunks.has("sRGB")) return null;
  const gamma = chunks.get("gAMA");
  const chromaticities = chunks.get("cHRM");
  if (gamma === undefined || gamma.length !== 4) return null;
  return fromGamma(view(gamma).getUint32(0), chromaticities?.length === 32 ? readPrimaries(chromaticities) : null);
}

/** ITU-T H.273: 1 and 12 are the primaries of sRGB and Display P3, 13 is the curve of sRGB. */
function fromCodePoints([primaries, transfer, matrix, range]: Uint8Array): Uint8Array | { colours: string } | null {
  if (transfer === 13 && matrix === 0 && range === 1) {
    if (primaries === 1) return null;
    if (primaries === 12) return writeProfile(displayP3Primaries, "srgb");
  }
  return { colours: `a PNG with the colours ${[primaries, transfer, matrix, range].join("-")} of H.273` };
}

/** A profile that cannot be unpacked no viewer honours. */
function unpack(chunk: Uint8Array): Uint8Array | null {
  const nameEnd = chunk.indexOf(0);
  if (nameEnd < 0 || chunk[nameEnd + 1] !== 0) return null;
  try {
    return new Uint8Array(inflateSync(chunk.subarray(nameEnd + 2), { maxOutputLength: maxProfileBytes }));
  } catch {
    return null;
  }
}

/** gAMA holds what light is raised to, times 100,000. */
function fromGamma(gamma: number, primaries: Primaries | null): Uint8Array | null {
  if (gamma === 0) return null;
  const isSrgbGamma = Math.abs(gamma - srgbGamma) <= sameGamma;
  if (isSrgbGamma && (primaries === null || isSrgb(primaries))) return null;
  return writeProfile(primaries ?? srgbPrimaries, isSrgbGamma ? "srgb" : { gamma: 100_000 / gamma });
}

function isSrgb(primaries: Primaries): boolean {
  const pairs = [
    [primaries.white, srgbPrimaries.white],
    [primaries.red, srgbPrimaries.red],
    [primaries.green, srgbPrimaries.green],
    [primaries.blue, srgbPrimaries.blue],
  ] as const;
  return pairs.every(
    ([one, other]) => Math.abs(one[0] - other[0]) < sameChromaticity && Math.abs(one[1] - other[1]) < sameChromaticity,
  );
}

function readPrimaries(chunk: Uint8Array): Primaries {
  const pair = (at: number) => [view(chunk).getUint32(at) / 100_000, view(chunk).getUint32(at + 4) / 100_000] as const;
  return { white: pair(0), red: pair(8), green: pair(16), blue: pair(24) };
}

/** The text of a tEXt or uncompressed iTXt chunk whose keyword is Copyright, where it is no longer than a line. */
function readCopyright({ type, data }: Chunk): Uint8Array | null {
  const keyword = "Copyright\0";
  if (type !== "tEXt" && type !== "iTXt") return null;
  if (data.length > 1024 || String.fromCharCode(...data.subarray(0, keyword.length)) !== keyword) return null;
  if (type === "tEXt") return data.slice(keyword.length);
  // Compression flag and method, then language and translated keyword, each with a zero at its end (11.3.3.4).
  if (data[keyword.length] !== 0) return null;
  const languageEnd = data.indexOf(0, keyword.length + 2);
  const wordEnd = languageEnd < 0 ? -1 : data.indexOf(0, languageEnd + 1);
  return wordEnd < 0 ? null : data.slice(wordEnd + 1);
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
