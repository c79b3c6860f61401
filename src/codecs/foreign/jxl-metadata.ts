// Pure. What the header of a JPEG XL says of its pixels, behind their size (ISO/IEC 18181-1, ImageMetadata).

import { choices, type JxlBits } from "./jxl-bits.ts";
import { readJxlSize } from "./jxl-size.ts";

export interface JxlMetadata {
  hasAlpha: boolean;
  isGrey: boolean;
  animated: boolean;
  /** Frames of an animation have a time of the day. */
  hasTimecodes: boolean;
  /** Shown on its side, so that width and height are exchanged. */
  isTurned: boolean;
  /** Colours are in the space of the format itself, whatever the picture's is. */
  isXyb: boolean;
  extraChannels: number;
  /** Names a kind that is not re-encoded; null for all others. */
  variant: string | null;
  /** Where in the codestream; null behind what cannot be measured without decoding it, as a colour profile. */
  framesAt: number | null;
}

interface Colours {
  isGrey: boolean;
  hasProfile: boolean;
  /** In words, where its brightness is for no ordinary screen. */
  variant: string | null;
}

const smallPreviewSides = choices([0, 16], [0, 32], [5, 1], [9, 33]);
const previewSides = choices([6, 1], [8, 65], [10, 321], [12, 1345]);
const ticks = choices([0, 100], [0, 1000], [10, 1], [30, 1]);
const tickParts = choices([0, 1], [0, 1001], [8, 1], [10, 1]);
const loops = choices([0, 0], [3, 0], [16, 0], [32, 0]);
const wholeDepths = choices([0, 8], [0, 10], [0, 12], [6, 1]);
const channels = choices([0, 0], [0, 1], [4, 2], [12, 1]);
const shifts = choices([0, 0], [0, 3], [0, 4], [3, 1]);
const coordinates = choices([19, 0], [19, 524_288], [20, 1_048_576], [21, 2_097_152]);
const mosaics = choices([0, 1], [2, 0], [4, 3], [8, 19]);
export const nameLengths = choices([0, 0], [4, 0], [5, 16], [10, 48]);
const extra = { alpha: 0, spotColour: 2, black: 4, mosaic: 5 } as const;
const space = { rgb: 0, grey: 1, xyb: 2 } as const;
const custom = 2;
const transfers: Record<number, string> = { 16: "PQ", 18: "HLG" };

/** From where the size ends. */
export function readJxlMetadata(bits: JxlBits): JxlMetadata {
  const metadata: JxlMetadata = {
    hasAlpha: false,
    isGrey: false,
    animated: false,
    isTurned: false,
    isXyb: true,
    extraChannels: 0,
    hasTimecodes: false,
    variant: null,
    framesAt: null,
  };
  let hasPreview = false;
  let isMeasurable = true;
  if (!bits.bool()) {
    const hasMore = bits.bool();
    if (hasMore) {
      metadata.isTurned = bits.bits(3) >= 4;
      if (bits.bool()) readJxlSize(bits);
      hasPreview = bits.bool();
      if (hasPreview) skipPreviewSize(bits);
      metadata.animated = bits.bool();
      if (metadata.animated) metadata.hasTimecodes = readAnimation(bits);
    }
    if (readDepth(bits) === "floating") metadata.variant = "a JPEG XL of floating-point samples";
    bits.skip(1);
    metadata.extraChannels = bits.choose(channels);
    for (let index = 0; index < metadata.extraChannels && !bits.isPastEnd; index++) {
      const type = readExtraChannel(bits);
      if (type === extra.alpha) metadata.hasAlpha = true;
      if (type === extra.black) metadata.variant ??= "a CMYK JPEG XL";
    }
    metadata.isXyb = bits.bool();
    const { isGrey, hasProfile, variant } = readColours(bits);
    metadata.isGrey = isGrey;
    metadata.variant ??= variant;
    if (hasMore && !bits.bool()) bits.skip(16 + 16 + 1 + 16);
    // Extensions, of which none is known.
    if (!bits.isZero64()) return metadata;
    isMeasurable = !hasProfile && !hasPreview;
  }
  if (!bits.bool()) skipTransforms(bits, metadata.isXyb);
  const framesAt = bits.toByte();
  return { ...metadata, framesAt: isMeasurable ? framesAt : null };
}

function skipPreviewSize(bits: JxlBits): void {
  const side = bits.bool() ? smallPreviewSides : previewSides;
  bits.choose(side);
  if (bits.bits(3) === 0) bits.choose(side);
}

/** Whether its frames have time codes. */
function readAnimation(bits: JxlBits): boolean {
  bits.choose(ticks);
  bits.choose(tickParts);
  bits.choose(loops);
  return bits.bool();
}

function readDepth(bits: JxlBits): "whole" | "floating" {
  const isFloating = bits.bool();
  bits.choose(wholeDepths);
  if (isFloating) bits.skip(4);
  return isFloating ? "floating" : "whole";
}

function readExtraChannel(bits: JxlBits): number {
  if (bits.bool()) return extra.alpha;
  const type = bits.enumerated();
  readDepth(bits);
  bits.choose(shifts);
  bits.skip(8 * bits.choose(nameLengths));
  if (type === extra.alpha) bits.skip(1);
  if (type === extra.spotColour) bits.skip(4 * 16);
  if (type === extra.mosaic) bits.choose(mosaics);
  return type;
}

function readColours(bits: JxlBits): Colours {
  if (bits.bool()) return { isGrey: false, hasProfile: false, variant: null };
  const hasProfile = bits.bool();
  const colourSpace = bits.enumerated();
  const isGrey = colourSpace === space.grey;
  if (hasProfile) return { isGrey, hasProfile, variant: null };
  if (colourSpace === space.xyb) {
    bits.enumerated();
    return { isGrey, hasProfile, variant: null };
  }
  if (bits.enumerated() === custom) skipCoordinates(bits, 1);
  if (!isGrey && bits.enumerated() === custom) skipCoordinates(bits, 3);
  const hasGamma = bits.bool();
  const transfer = hasGamma ? bits.bits(24) && null : transfers[bits.enumerated()];
  bits.enumerated();
  return { isGrey, hasProfile, variant: transfer ? `a JPEG XL with the brightness of ${transfer}` : null };
}

function skipCoordinates(bits: JxlBits, points: number): void {
  for (let index = 0; index < 2 * points; index++) bits.choose(coordinates);
}

/** How colours are brought back, and what is enlarged. */
function skipTransforms(bits: JxlBits, isXyb: boolean): void {
  if (isXyb && !bits.bool()) bits.skip(16 * 16);
  const changed = bits.bits(3);
  [15, 55, 210].forEach((weights, index) => bits.skip((changed >> index) % 2 === 1 ? 16 * weights : 0));
}
