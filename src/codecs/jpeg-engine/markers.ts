// Reads every marker segment of a JPEG (T.81 annex B) up to the first EOI and checks all that can be checked without
// decoding, so that the engine may rely on it. Pure. What follows the first EOI (MPO frames, gain maps, junk) is ignored.
import type { ImageFailure } from "../../errors.ts";
import { findNextMarker, findScanData, type ScanData } from "./scan-data.ts";

export interface JpegComponent {
  id: number;
  h: number;
  v: number;
  quantTable: number;
}

export interface JpegFrame {
  width: number;
  /** 0 until a DNL segment has said it. */
  height: number;
  progressive: boolean;
  components: JpegComponent[];
}

/** 16 counts by code length, then the values in code order (B.2.4.2). */
export type HuffmanSpec = Uint8Array;

export interface ScanPart {
  /** Index into the frame's components. */
  component: number;
  dc: HuffmanSpec | null;
  ac: HuffmanSpec | null;
}

export type ScanKind = "sequential" | "dc_first" | "dc_refine" | "ac_first" | "ac_refine";

export interface JpegScan {
  kind: ScanKind;
  parts: ScanPart[];
  bandStart: number;
  bandEnd: number;
  /** Successive approximation: the values are shifted up by this. */
  low: number;
  /** In MCUs, 0 for none. */
  restartInterval: number;
  data: ScanData;
}

/** What stands beside the picture, as it was found. */
export interface JpegExtras {
  /** The 7 bytes of a JFIF header from the version on that say the pixel density, or null. */
  jfif: Uint8Array | null;
  adobeTransform: number | null;
  /** The TIFF structure of an EXIF segment. */
  exif: Uint8Array | null;
  /** The payloads of APP2 "ICC_PROFILE" segments from the sequence number on. */
  iccChunks: Uint8Array[];
}

export interface JpegHeader {
  frame: JpegFrame;
  extras: JpegExtras;
}

/** A kind of JPEG that the engine does not take, with the size that it has all the same. */
export interface UnsupportedJpeg {
  kind: "unsupported_variant";
  variant: string;
  width: number;
  height: number;
}

export interface JpegPicture extends JpegHeader {
  /** 64 steps in zigzag order for each component, as they were when its first scan began. */
  steps: Uint16Array[];
  scans: JpegScan[];
  /** False when the file ends before its EOI. */
  isComplete: boolean;
}

/** The engine's own table has room for so many; encoders in use write at most about 16. */
export const maxScans = 100;
/** Some servers put white space or a stray line before the picture. */
export const maxLeadingJunkBytes = 1024;

/** Everything up to the first scan, and the line count behind it where the frame header leaves the height open. */
export function parseHeader(
  bytes: Uint8Array,
): JpegHeader | UnsupportedJpeg | Exclude<ImageFailure, { kind: "unsupported_variant" }> {
  let reader = new MarkerReader(bytes);
  let failure = reader.readUntil("first_scan");
  if (!failure && reader.size?.height === 0) {
    reader = new MarkerReader(bytes);
    failure = reader.readUntil("end") ?? reader.missingLines();
  }
  if (failure) return failure;
  const { frame, extras, size, variant } = reader;
  if (size && variant !== null) return { kind: "unsupported_variant", variant, ...size };
  return frame ? { frame, extras } : corrupt("no frame header");
}

export function parsePicture(bytes: Uint8Array): JpegPicture | ImageFailure {
  const reader = new MarkerReader(bytes);
  const failure = reader.readUntil("end");
  if (failure) return failure;
  const { frame, extras, scans, variant } = reader;
  if (variant !== null) {
    return reader.isComplete ? { kind: "unsupported_variant", variant } : cutOff("without its end marker");
  }
  if (!frame) return corrupt("no frame header");
  const missing = reader.missingLines();
  if (missing) return missing;
  const steps: Uint16Array[] = [];
  for (const [index, component] of frame.components.entries()) {
    const table = reader.steps[index];
    if (!table) {
      return reader.isComplete ? corrupt(`component ${component.id} is in no scan`) : cutOff("before its last scans");
    }
    steps.push(table);
  }
  return { frame, extras, steps, scans, isComplete: reader.isComplete };
}

/** What the reader itself finds wrong; an unsupported kind is no failure until the file has been seen to be whole. */
type Fault = Extract<ImageFailure, { kind: "truncated" | "corrupt" | "not_an_image" }>;

class MarkerReader {
  frame: JpegFrame | null = null;
  /** Of the first frame header, whatever its kind; the height is 0 until a DNL segment has said it. */
  size: { width: number; height: number } | null = null;
  /** Names a kind of JPEG that is not supported. From then on segments are only passed over, to see the file's end. */
  variant: string | null = null;
  readonly extras: JpegExtras = { jfif: null, adobeTransform: null, exif: null, iccChunks: [] };
  readonly scans: JpegScan[] = [];
  /** By component; filled when its first scan begins. */
  readonly steps: (Uint16Array | undefined)[] = [];
  isComplete = false;

  private readonly bytes: Uint8Array;
  private at = 0;
  private readonly quantTables: (Uint16Array | undefined)[] = [];
  private readonly dcTables: (HuffmanSpec | undefined)[] = [];
  private readonly acTables: (HuffmanSpec | undefined)[] = [];
  private restartInterval = 0;
  private hasScan = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  readUntil(goal: "first_scan" | "end"): Fault | null {
    const start = findStart(this.bytes);
    if (start < 0) return { kind: "not_an_image", looksLike: "something else than a JPEG" };
    this.at = start + 2;
    for (;;) {
      const marker = this.nextMarker();
      if (marker === null) return this.endsHere();
      if (marker === 0xd9) {
        this.isComplete = true;
        return this.hasScan ? null : corrupt("it holds no picture");
      }
      if (marker === 0xda && goal === "first_scan") return null;
      // TEM and stray restart markers stand alone.
      if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) continue;
      if (marker === 0xd8) return corrupt("a second picture begins inside the first");
      const length = this.uint16(this.at);
      if (length === null) return this.endsHere();
      if (length < 2) return corrupt(`a segment of ${length} bytes`);
      if (this.at + length > this.bytes.length) return this.endsHere();
      const segment = this.bytes.subarray(this.at + 2, this.at + length);
      this.at += length;
      if (marker === 0xda) this.hasScan = true;
      const failure = this.variant === null ? this.readSegment(marker, segment) : this.passOver(marker, segment);
      if (failure) return failure;
    }
  }

  /** B.2.5: no file may leave its height open. */
  missingLines(): Fault | null {
    if (this.size?.height !== 0) return null;
    return this.isComplete ? corrupt("no line count") : cutOff("before its line count");
  }

  /** A cut inside a later segment still leaves the scans before it to look at. */
  private endsHere(): Fault | null {
    return this.hasScan ? null : cutOff("in its header");
  }

  private uint16(at: number): number | null {
    const high = this.bytes[at];
    const low = this.bytes[at + 1];
    return high === undefined || low === undefined ? null : (high << 8) | low;
  }

  /** B.1.1.2: any number of FF may precede a marker. Bytes that belong to nothing are passed over, as decoders do. */
  private nextMarker(): number | null {
    for (;;) {
      this.at = this.bytes.indexOf(0xff, this.at);
      if (this.at < 0) {
        this.at = this.bytes.length;
        return null;
      }
      while (this.bytes[this.at] === 0xff) this.at += 1;
      const marker = this.bytes[this.at];
      if (marker === undefined) return null;
      this.at += 1;
      if (marker !== 0) return marker;
    }
  }

  private readSegment(marker: number, segment: Uint8Array): Fault | null {
    switch (marker) {
      case 0xc0:
      case 0xc1:
      case 0xc2:
        return this.readFrame(segment, marker === 0xc2, null);
      case 0xc3:
      case 0xcb:
        return this.readFrame(segment, false, "a lossless JPEG");
      case 0xc5:
      case 0xc6:
      case 0xc7:
      case 0xcd:
      case 0xce:
      case 0xcf:
      case 0xde: // DHP, which says the size of the whole and comes before all frames (B.3.2)
        return this.readFrame(segment, false, "a hierarchical JPEG");
      case 0xc9:
      case 0xca:
        return this.readFrame(segment, false, "an arithmetic-coded JPEG");
      case 0xf7: // T.87, C.2.2: a frame header like the others
        return this.readFrame(segment, false, "a JPEG-LS");
      case 0xc4:
        return this.readHuffmanTables(segment);
      case 0xdb:
        return this.readQuantTables(segment);
      case 0xdd:
        if (segment.length !== 2) return corrupt("a restart interval of the wrong length");
        this.restartInterval = uint16At(segment, 0);
        return null;
      case 0xdc:
        return this.readLineCount(segment);
      case 0xda:
        return this.readScan(segment);
      case 0xe0:
        if (startsWith(segment, "JFIF\0") && segment.length >= 14) this.extras.jfif ??= segment.slice(5, 12);
        return null;
      case 0xe1:
        if (startsWith(segment, "Exif\0")) this.extras.exif ??= segment.slice(6);
        return null;
      case 0xe2:
        // One more than there can be is enough to see that they are too many; a file may hold millions.
        if (startsWith(segment, "ICC_PROFILE\0") && segment.length > 14 && this.extras.iccChunks.length < 256) {
          this.extras.iccChunks.push(segment.slice(12));
        }
        return null;
      case 0xee:
        if (startsWith(segment, "Adobe") && segment.length >= 12) this.extras.adobeTransform ??= segment[11] ?? null;
        return null;
      default:
        return null;
    }
  }

  private passOver(marker: number, segment: Uint8Array): Fault | null {
    if (marker === 0xda) this.at = findNextMarker(this.bytes, this.at);
    return marker === 0xdc ? this.readLineCount(segment) : null;
  }

  /** B.2.2. `variant` names a kind of frame of which no more than the size is of use. */
  private readFrame(segment: Uint8Array, progressive: boolean, variant: string | null): Fault | null {
    if (this.frame) return corrupt("two frame headers");
    const count = segment[5] ?? 0;
    if (segment.length !== 6 + 3 * count) return corrupt("a frame header of the wrong length");
    const height = uint16At(segment, 1);
    const width = uint16At(segment, 3);
    if (width === 0) return corrupt("a width of 0");
    this.size = { width, height };
    if (variant === null && segment[0] !== 8) variant = `a JPEG with ${segment[0]} bits a sample`;
    if (variant === null && count !== 1 && count !== 3 && count !== 4) variant = `a JPEG with ${count} components`;
    this.variant = variant;
    if (variant !== null) return null;
    const components: JpegComponent[] = [];
    for (let at = 6; at < segment.length; at += 3) {
      const [id = 0, factors = 0, quantTable = 0] = segment.subarray(at, at + 3);
      const h = factors >> 4;
      const v = factors & 15;
      if (h < 1 || h > 4 || v < 1 || v > 4) return corrupt(`sampling factors ${h}x${v}`);
      if (quantTable > 3) return corrupt(`quantisation table ${quantTable}`);
      if (components.some((other) => other.id === id)) return corrupt(`two components ${id}`);
      components.push({ id, h, v, quantTable });
    }
    this.frame = { width, height, progressive, components };
    return null;
  }

  /** B.2.4.1: 8 or 16 bits a step. */
  private readQuantTables(segment: Uint8Array): Fault | null {
    for (let at = 0; at < segment.length;) {
      const head = segment[at] ?? 0;
      const isWide = head >> 4 === 1;
      if (head >> 4 > 1 || (head & 15) > 3) return corrupt("a quantisation table with an unknown head");
      const size = isWide ? 128 : 64;
      at += 1;
      if (at + size > segment.length) return corrupt("a quantisation table that is too short");
      const table = new Uint16Array(64);
      for (let k = 0; k < 64; k += 1) table[k] = isWide ? uint16At(segment, at + 2 * k) : (segment[at + k] ?? 0);
      if (table.includes(0)) return corrupt("a quantisation step of 0");
      this.quantTables[head & 15] = table;
      at += size;
    }
    return null;
  }

  /** B.2.4.2; whether the lengths form a prefix code is seen when a scan uses the table. */
  private readHuffmanTables(segment: Uint8Array): Fault | null {
    for (let at = 0; at < segment.length;) {
      const head = segment[at] ?? 0;
      if (head >> 4 > 1 || (head & 15) > 3) return corrupt("a Huffman table with an unknown head");
      at += 1;
      const count = segment.subarray(at, at + 16).reduce((sum, length) => sum + length, 0);
      if (count > 256 || at + 16 + count > segment.length) return corrupt("a Huffman table that is too short");
      const tables = head >> 4 === 0 ? this.dcTables : this.acTables;
      tables[head & 15] = segment.slice(at, at + 16 + count);
      at += 16 + count;
    }
    return null;
  }

  /** B.2.5: only where the frame header left the height open. */
  private readLineCount(segment: Uint8Array): Fault | null {
    if (this.size?.height !== 0) return null;
    if (segment.length !== 2 || uint16At(segment, 0) === 0) return corrupt("a line count of 0");
    this.size.height = uint16At(segment, 0);
    if (this.frame) this.frame.height = this.size.height;
    return null;
  }

  /** B.2.3. */
  private readScan(segment: Uint8Array): Fault | null {
    const { frame } = this;
    if (!frame) return corrupt("a scan before the frame header");
    const count = segment[0] ?? 0;
    if (count < 1 || count > 4 || segment.length !== 4 + 2 * count) return corrupt("a scan header of the wrong length");
    if (this.scans.length === maxScans) {
      this.variant = `a JPEG with more than ${maxScans} scans`;
      return null;
    }
    const [bandStart = 0, bandEnd = 0, approximation = 0] = segment.subarray(1 + 2 * count);
    const scan = describeScan(frame, count, bandStart, bandEnd, approximation >> 4, approximation & 15);
    if ("reason" in scan) return corrupt(scan.reason);

    const data = findScanData(this.bytes, this.at);
    this.at = data.end;
    if (data.disorder) return corrupt(data.disorder);

    const parts: ScanPart[] = [];
    for (let i = 0; i < count; i += 1) {
      const id = segment[1 + 2 * i] ?? 0;
      const tables = segment[2 + 2 * i] ?? 0;
      const component = frame.components.findIndex((one) => one.id === id);
      if (component < 0) return corrupt(`a scan of the unknown component ${id}`);
      if (parts.some((part) => part.component === component)) return corrupt(`a scan with component ${id} twice`);
      const isFirst = this.steps[component] === undefined;
      if (!frame.progressive && !isFirst) return corrupt(`component ${id} is in two scans`);
      if (scan.kind.startsWith("ac") && isFirst) return corrupt(`component ${id} has AC before DC coefficients`);
      const needsDc = scan.kind === "sequential" || scan.kind === "dc_first";
      const needsAc = scan.kind !== "dc_first" && scan.kind !== "dc_refine";
      const dc = this.dcTables[tables >> 4];
      const ac = this.acTables[tables & 15];
      if ((needsDc && !dc) || (needsAc && !ac)) return corrupt("a scan without its Huffman table");
      const steps = this.quantTables[frame.components[component]?.quantTable ?? 0];
      if (!steps) return corrupt("a scan without its quantisation table");
      this.steps[component] ??= steps;
      parts.push({ component, dc: needsDc && dc ? dc : null, ac: needsAc && ac ? ac : null });
    }
    // B.2.3: at most ten blocks in an MCU.
    const blocks = parts.reduce((sum, part) => sum + blocksOf(frame.components[part.component]), 0);
    if (count > 1 && blocks > 10) return corrupt(`an MCU of ${blocks} blocks`);
    this.scans.push({ ...scan, parts, restartInterval: this.restartInterval, data });
    return null;
  }
}

function describeScan(
  frame: JpegFrame,
  count: number,
  bandStart: number,
  bandEnd: number,
  high: number,
  low: number,
): Pick<JpegScan, "kind" | "bandStart" | "bandEnd" | "low"> | { reason: string } {
  // Sequential decoders take these three as given (B.2.3, table B.3).
  if (!frame.progressive) return { kind: "sequential", bandStart: 0, bandEnd: 63, low: 0 };
  const isDc = bandStart === 0;
  if (bandEnd > 63 || bandEnd < bandStart || (isDc && bandEnd !== 0)) {
    return { reason: `a scan of the coefficients ${bandStart} to ${bandEnd}` };
  }
  if (!isDc && count !== 1) return { reason: "a scan of AC coefficients with several components" };
  if (low > 13 || (high !== 0 && high !== low + 1)) return { reason: `a scan of the bits ${high} to ${low}` };
  const kind = isDc ? (high === 0 ? "dc_first" : "dc_refine") : high === 0 ? "ac_first" : "ac_refine";
  return { kind, bandStart, bandEnd, low };
}

function blocksOf(component: JpegComponent | undefined): number {
  return component ? component.h * component.v : 0;
}

function findStart(bytes: Uint8Array): number {
  for (let at = 0; at <= Math.min(maxLeadingJunkBytes, bytes.length - 3); at += 1) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd8 && bytes[at + 2] === 0xff) return at;
  }
  return -1;
}

function startsWith(segment: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (segment[i] !== text.charCodeAt(i)) return false;
  return true;
}

function uint16At(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function corrupt(reason: string): Fault {
  return { kind: "corrupt", reason };
}

function cutOff(where: string): Fault {
  return { kind: "truncated", reason: `the file ends ${where}` };
}
