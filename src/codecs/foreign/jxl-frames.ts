// Pure. Whether all frames of a JPEG XL are there. A codestream has no mark at its end, but each frame begins with the
// lengths of its sections (ISO/IEC 18181-1, FrameHeader and TOC). Behind a colour profile, a preview or an order of sections
// of its own, which are compressed, these cannot be found without a decoder; then nothing is known, and it is the decoder
// that refuses what is cut.

import type { ImageFailure } from "../../errors.ts";
import { choices, createJxlBits, type JxlBits } from "./jxl-bits.ts";
import { readJxlHeader, type JxlHeader } from "./jxl-header.ts";
import { nameLengths } from "./jxl-metadata.ts";

/** Frames and sections may have no more than a few bytes: a file full of them would take seconds. More are the decoder's. */
const mostFrames = 20_000;
const mostSections = 200_000;

interface Frame {
  sections: number;
  isLast: boolean;
}

const type = { regular: 0, lowFrequency: 1, referenceOnly: 2, skipProgressive: 3 } as const;
const usesLowFrequencyFrame = 32;
const sectionBytes = choices([10, 0], [14, 1024], [22, 17_408], [30, 4_211_712]);
const upsamplings = choices([0, 1], [0, 2], [0, 4], [0, 8]);
const passCounts = choices([0, 1], [0, 2], [0, 3], [3, 4]);
const downsampleCounts = choices([0, 0], [0, 1], [0, 2], [1, 3]);
const downsamplings = choices([0, 1], [0, 2], [0, 4], [0, 8]);
const lastPasses = choices([0, 0], [0, 1], [0, 2], [3, 0]);
const levels = choices([0, 1], [0, 2], [0, 3], [0, 4]);
const crops = choices([8, 0], [11, 256], [14, 2304], [30, 18_688]);
const blendModes = choices([0, 0], [0, 1], [0, 2], [2, 3]);
const blend = { replace: 0, blend: 2, alphaWeightedAdd: 3, multiply: 4 } as const;
const alphaChannels = choices([0, 0], [0, 1], [0, 2], [3, 3]);
const durations = choices([0, 0], [0, 1], [8, 0], [32, 0]);
const flagChoices = [
  [0, 0],
  [4, 1],
  [8, 17],
] as const;

export function checkJxlStructure(bytes: Uint8Array): ImageFailure | null {
  const header = readJxlHeader(bytes);
  if (header.kind !== "image") return header;
  const { codestream, framesAt } = header;
  if (framesAt === null) return null;
  for (let at = framesAt, frames = 0; frames < mostFrames; frames++) {
    const bits = createJxlBits(codestream, at);
    const frame = readFrame(bits, header);
    if (bits.isPastEnd) return cut;
    if (frame === null || frame.sections > mostSections || bits.bool()) return null;
    bits.toByte();
    let length = 0;
    for (let section = 0; section < frame.sections && !bits.isPastEnd; section++) length += bits.choose(sectionBytes);
    at = bits.toByte() + length;
    if (bits.isPastEnd || at > codestream.length) return cut;
    if (frame.isLast) return null;
  }
  return null;
}

const cut: ImageFailure = { kind: "truncated", reason: "it ends before its last section" };

/** Null where something is said that is unknown here. */
function readFrame(bits: JxlBits, header: JxlHeader): Frame | null {
  const { storedWidth, storedHeight, isXyb, extraChannels, animated, hasTimecodes } = header;
  if (bits.bool()) return { sections: countSections(storedWidth, storedHeight, 256, 1), isLast: true };
  const frameType = bits.bits(2);
  const isShown = frameType === type.regular || frameType === type.skipProgressive;
  const isModular = bits.bool();
  const flags = readFlags(bits);
  if (flags === null) return null;
  const isYcc = !isXyb && bits.bool();
  const isWithoutLow = Math.floor(flags / usesLowFrequencyFrame) % 2 === 1;
  if (isYcc && !isWithoutLow) bits.skip(6);
  const upsampling = isWithoutLow ? 1 : bits.choose(upsamplings);
  if (!isWithoutLow) bits.skip(2 * extraChannels);
  const groupSide = isModular ? 128 << bits.bits(2) : 256;
  if (!isModular && isXyb) bits.skip(6);
  const passes = frameType === type.referenceOnly ? 1 : readPasses(bits);
  const level = frameType === type.lowFrequency ? bits.choose(levels) : 0;
  let [width, height] = [storedWidth, storedHeight];
  let isPartial = false;
  if (frameType !== type.lowFrequency && bits.bool()) {
    const [left, top] = isShown ? [bits.choose(crops), bits.choose(crops)] : [0, 0];
    [width, height] = [bits.choose(crops), bits.choose(crops)];
    const [x, y] = [signed(left), signed(top)];
    isPartial = isShown && (x > 0 || y > 0 || x + width < storedWidth || y + height < storedHeight);
  }
  const isReplacing = isShown && readBlending(bits, isPartial, extraChannels);
  const duration = isShown && animated ? bits.choose(durations) : 0;
  if (isShown && hasTimecodes) bits.skip(32);
  const isLast = isShown && bits.bool();
  const place = frameType !== type.lowFrequency && !isLast ? bits.bits(2) : 0;
  const isKept = isShown && !isLast && (duration === 0 || place !== 0) && isReplacing && !isPartial;
  if (isKept || frameType === type.referenceOnly) bits.skip(1);
  bits.skip(8 * bits.choose(nameLengths));
  if (!skipFilter(bits, isModular) || !bits.isZero64()) return null;
  const scale = upsampling * 8 ** level;
  return { sections: countSections(Math.ceil(width / scale), Math.ceil(height / scale), groupSide, passes), isLast };
}

/** Null above 272, where nothing is defined. */
function readFlags(bits: JxlBits): number | null {
  const choice = flagChoices[bits.bits(2)];
  return choice === undefined ? null : bits.bits(choice[0]) + choice[1];
}

function readPasses(bits: JxlBits): number {
  const passes = bits.choose(passCounts);
  if (passes === 1) return 1;
  const downsamples = bits.choose(downsampleCounts);
  bits.skip(2 * (passes - 1));
  for (let index = 0; index < downsamples; index++) bits.choose(downsamplings);
  for (let index = 0; index < downsamples; index++) bits.choose(lastPasses);
  return passes;
}

/** Of the colours and of each extra channel; whether the colours replace what was there. */
function readBlending(bits: JxlBits, isPartial: boolean, extraChannels: number): boolean {
  let isReplacing = false;
  for (let channel = 0; channel <= extraChannels && !bits.isPastEnd; channel++) {
    const mode = bits.choose(blendModes);
    const usesAlpha = mode === blend.blend || mode === blend.alphaWeightedAdd;
    if (extraChannels > 0 && usesAlpha) bits.choose(alphaChannels);
    if ((extraChannels > 0 && usesAlpha) || mode === blend.multiply) bits.skip(1);
    if (mode !== blend.replace || isPartial) bits.skip(2);
    if (channel === 0) isReplacing = mode === blend.replace;
  }
  return isReplacing;
}

/** False where it has extensions, of which none is known. */
function skipFilter(bits: JxlBits, isModular: boolean): boolean {
  if (bits.bool()) return true;
  if (bits.bool() && bits.bool()) bits.skip(6 * 16);
  if (bits.bits(2) > 0) {
    if (!isModular && bits.bool()) bits.skip(8 * 16);
    if (bits.bool()) bits.skip(5 * 16);
    if (bits.bool()) bits.skip((isModular ? 3 : 4) * 16);
    if (isModular) bits.skip(16);
  }
  return bits.isZero64();
}

/** One for all, or one for what is common, one for the common of the details, and those of the groups. */
function countSections(width: number, height: number, groupSide: number, passes: number): number {
  const groups = (side: number) => Math.ceil(width / side) * Math.ceil(height / side);
  const details = groups(groupSide);
  return details === 1 && passes === 1 ? 1 : 2 + groups(8 * groupSide) + details * passes;
}

/** Its lowest bit is the sign. */
function signed(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
