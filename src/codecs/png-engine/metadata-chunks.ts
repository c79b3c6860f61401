// Pure. What outlives a source, as chunks of a PNG (W3C PNG, third edition, 11.3).

import { joinBytes } from "../join-bytes.ts";
import { deflateSync } from "node:zlib";
import { writeExif } from "../exif.ts";
import { coloursOfProfile } from "../icc.ts";
import type { Metadata } from "../picture.ts";
import { writeChunk } from "../png-chunks.ts";
import type { ProfileKind } from "./output-form.ts";

/**
 * Whole chunks, which stand between IHDR and PLTE, and whose profile is among them. One for other colours than the
 * pixels have is left out, as no viewer honours it (11.3.2.3).
 */
export function metadataChunks(
  { orientation, copyright, profile }: Metadata,
  pixels: { isGrey: boolean },
): { chunks: Uint8Array[]; profile: ProfileKind } {
  const chunks: Uint8Array[] = [];
  const kind = profile === null ? "none" : kindOfProfile(profile, pixels);
  if (profile !== null && kind !== "none") {
    chunks.push(writeChunk("iCCP", joinBytes([latin("ICC profile\0\0"), deflateSync(profile, { level: 9 })])));
  }
  const tiff = writeExif({ orientation, copyright: null });
  if (tiff !== null) chunks.push(writeChunk("eXIf", tiff));
  if (copyright !== null) chunks.push(copyrightChunk(copyright));
  return { chunks, profile: kind };
}

function kindOfProfile(profile: Uint8Array, { isGrey }: { isGrey: boolean }): ProfileKind {
  switch (coloursOfProfile(profile)) {
    case "grey":
      return isGrey ? "grey" : "none";
    case "rgb":
      return "colour";
    default:
      return "none";
  }
}

/** tEXt is Latin-1 (11.3.3.2), so UTF-8 beyond ASCII goes into iTXt. */
function copyrightChunk(copyright: Uint8Array): Uint8Array {
  // EXIF puts a zero between photographer and editor; a text ends at one.
  const text = copyright.map((byte) => (byte === 0 ? 0x0a : byte));
  const isUtf8 = text.some((byte) => byte >= 0x80) && isValidUtf8(text);
  // Not compressed, no language, no translated keyword.
  return isUtf8
    ? writeChunk("iTXt", joinBytes([latin("Copyright\0\0\0\0\0"), text]))
    : writeChunk("tEXt", joinBytes([latin("Copyright\0"), text]));
}

function isValidUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
