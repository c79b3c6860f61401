// Pure. Which formats a picture is to be written in, so that the smallest file can be taken.

import { isWritten, type Format, type WrittenFormat } from "./probe.ts";

/** What a caller may ask for. */
export type AskedFormat = "keep" | "auto" | WrittenFormat;

/** The formats where they follow from what was asked; null where they depend on whether the picture is transparent. */
export function knownTargets(asked: AskedFormat, source: Format): WrittenFormat[] | null {
  if (asked === "keep") return isWritten(source) ? [source] : null;
  if (asked !== "auto") return [asked];
  // A photograph that came as JPEG is no smaller as PNG.
  return source === "jpeg" ? ["jpeg", "webp"] : null;
}

/**
 * `keep` of a format that nobody here writes is the smaller of the two that every shop takes. `auto` tries all that suit,
 * but not AVIF, which takes ten times the computing time and which some shops refuse. Transparency rules JPEG out.
 */
export function targetsOf(asked: "keep" | "auto", isTransparent: boolean): WrittenFormat[] {
  if (asked === "auto") return isTransparent ? ["png", "webp"] : ["jpeg", "png", "webp"];
  return isTransparent ? ["png"] : ["jpeg", "png"];
}
