// Reads a JPEG to its quantised coefficients: baseline, extended and progressive Huffman, 8 bit (T.81 annex B).
// Written to be read beside the standard, without regard to speed, and strict: whatever the standard forbids throws.
import { at } from "./at.ts";
import { BitReader, createSymbolDecoder, type SymbolDecoder } from "./bit-reader.ts";
import {
  createImage,
  JpegError,
  mcusOfScan,
  type CoefficientImage,
  type Component,
  type ComponentShape,
} from "./coefficients.ts";
import {
  readProgressiveAc,
  readProgressiveDc,
  readSequentialBlock,
  refineProgressiveAc,
  type Band,
  type ScanState,
} from "./read-block.ts";

export interface Segment {
  marker: number;
  payload: Uint8Array;
}

export interface ReadJpeg extends CoefficientImage {
  /** SOF0, SOF1 or SOF2: 0xc0, 0xc1, 0xc2. */
  frameMarker: number;
  progressive: boolean;
  /** APPn and COM in file order. */
  segments: Segment[];
  /** Components by id and band of each scan, in file order. */
  scans: (Band & { componentIds: number[] })[];
}

export function readJpeg(bytes: Uint8Array): ReadJpeg {
  return new JpegReader(bytes).read();
}

class JpegReader {
  #bytes: Uint8Array;
  #position: number;
  #steps = new Map<number, Uint16Array>();
  #decoders = new Map<string, SymbolDecoder>();
  #restartInterval = 0;
  #frame: ReadJpeg | null = null;
  #tableOf = new Map<number, number>();
  #segments: Segment[] = [];
  /** Per component: the lowest bit known of each coefficient, for the order of scans (G.1.1.1). */
  #known = new Map<number, Int8Array>();
  /** Components whose table was seen at their first scan; it must not change after (B.2.4.1 as practice has it). */
  #started = new Set<number>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#position = 0;
  }

  read(): ReadJpeg {
    if (this.#nextMarker() !== 0xd8) throw new JpegError("no SOI at the start");
    for (;;) {
      const marker = this.#nextMarker();
      if (marker === 0xd9) return this.#complete();
      this.#readSegment(marker);
    }
  }

  #complete(): ReadJpeg {
    const frame = this.#requireFrame();
    if (frame.scans.length === 0) throw new JpegError("no scan");
    for (const component of frame.components) {
      if (!this.#started.has(component.id)) throw new JpegError(`component ${component.id} is in no scan`);
    }
    return frame;
  }

  #readSegment(marker: number): void {
    const length = at(this.#bytes, this.#position) * 256 + at(this.#bytes, this.#position + 1);
    const payload = this.#bytes.subarray(this.#position + 2, this.#position + length);
    if (length < 2 || payload.length !== length - 2) throw new JpegError("a segment length that cannot be");
    this.#position += length;
    if (marker === 0xdb) this.#readQuantisation(payload);
    else if (marker === 0xc4) this.#readHuffman(payload);
    else if (marker === 0xc0 || marker === 0xc1 || marker === 0xc2) this.#readFrame(marker, payload);
    else if (marker === 0xda) this.#readScan(payload);
    else if (marker === 0xdd) this.#restartInterval = at(payload, 0) * 256 + at(payload, 1);
    else if (marker === 0xfe || (marker >= 0xe0 && marker <= 0xef)) this.#segments.push({ marker, payload });
    else if (marker !== 0xdc || this.#frame?.scans.length !== 1) {
      // DNL alone is left, whose place is after the first scan (B.2.5); the frame has read it.
      throw new JpegError(`marker ${marker.toString(16)} where it cannot stand`);
    }
  }

  /** B.1.1.2: any marker may have fill bytes before it. */
  #nextMarker(): number {
    if (at(this.#bytes, this.#position) !== 0xff) throw new JpegError("no marker where one must be");
    while (at(this.#bytes, this.#position) === 0xff) this.#position++;
    return at(this.#bytes, this.#position++);
  }

  /** B.2.4.1 */
  #readQuantisation(payload: Uint8Array): void {
    let position = 0;
    while (position < payload.length) {
      const precision = at(payload, position) >> 4;
      const id = at(payload, position) & 15;
      if (precision > 1 || id > 3) throw new JpegError("a DQT that cannot be");
      position++;
      const steps = new Uint16Array(64);
      for (let k = 0; k < 64; k++) {
        steps[k] = precision === 0 ? at(payload, position) : at(payload, position) * 256 + at(payload, position + 1);
        position += precision + 1;
        if (steps[k] === 0) throw new JpegError("a quantisation step of zero");
      }
      this.#steps.set(id, steps);
    }
  }

  /** B.2.4.2 */
  #readHuffman(payload: Uint8Array): void {
    let position = 0;
    while (position < payload.length) {
      const kind = at(payload, position) >> 4;
      const id = at(payload, position) & 15;
      if (kind > 1 || id > 3) throw new JpegError("a DHT that cannot be");
      const counts = Array.from(payload.subarray(position + 1, position + 17));
      const total = counts.reduce((sum, count) => sum + count, 0);
      const symbols = Array.from(payload.subarray(position + 17, position + 17 + total));
      if (new Set(symbols).size !== total) throw new JpegError("a DHT names a symbol twice");
      this.#decoders.set(`${kind === 0 ? "dc" : "ac"}${id}`, createSymbolDecoder({ counts, symbols }));
      position += 17 + total;
    }
    if (position !== payload.length) throw new JpegError("a DHT longer than its segment");
  }

  /** B.2.2 */
  #readFrame(marker: number, payload: Uint8Array): void {
    if (this.#frame !== null) throw new JpegError("a second frame");
    if (at(payload, 0) !== 8) throw new JpegError("a precision other than 8 bits");
    const height = at(payload, 1) * 256 + at(payload, 2) || this.#findDnl();
    const width = at(payload, 3) * 256 + at(payload, 4);
    const count = at(payload, 5);
    if (width === 0 || count === 0 || payload.length !== 6 + 3 * count) throw new JpegError("a SOF that cannot be");
    const shapes: ComponentShape[] = [];
    for (let i = 0; i < count; i++) {
      const factors = at(payload, 7 + i * 3);
      const shape = { id: at(payload, 6 + i * 3), horizontal: factors >> 4, vertical: factors & 15 };
      const inRange = [shape.horizontal, shape.vertical].every((factor) => factor >= 1 && factor <= 4);
      if (!inRange || this.#tableOf.has(shape.id)) throw new JpegError("a component that cannot be");
      shapes.push(shape);
      this.#tableOf.set(shape.id, at(payload, 8 + i * 3));
      this.#known.set(shape.id, new Int8Array(64).fill(-1));
    }
    this.#frame = {
      ...createImage(width, height, shapes),
      frameMarker: marker,
      progressive: marker === 0xc2,
      segments: this.#segments,
      scans: [],
    };
  }

  /** B.2.5: with Y = 0 the number of lines follows the first scan. It is found by its marker, as no data holds FF DC. */
  #findDnl(): number {
    for (let i = this.#position; i + 5 < this.#bytes.length; i++) {
      if (this.#bytes[i] === 0xff && this.#bytes[i + 1] === 0xdc) {
        return at(this.#bytes, i + 4) * 256 + at(this.#bytes, i + 5);
      }
    }
    throw new JpegError("no height");
  }

  /** B.2.3 */
  #readScan(payload: Uint8Array): void {
    const frame = this.#requireFrame();
    const count = at(payload, 0);
    if (count < 1 || count > 4 || payload.length !== 4 + 2 * count) throw new JpegError("a SOS that cannot be");
    const components: Component[] = [];
    const tables: { dc: SymbolDecoder | undefined; ac: SymbolDecoder | undefined }[] = [];
    for (let i = 0; i < count; i++) {
      const component = frame.components.find(({ id }) => id === at(payload, 1 + 2 * i));
      if (component === undefined || components.includes(component)) throw new JpegError("a scan of no such component");
      components.push(component);
      const ids = at(payload, 2 + 2 * i);
      tables.push({ dc: this.#decoders.get(`dc${ids >> 4}`), ac: this.#decoders.get(`ac${ids & 15}`) });
      this.#takeSteps(component);
    }
    const tail = payload.subarray(1 + 2 * count);
    const band = { start: at(tail, 0), end: at(tail, 1), high: at(tail, 2) >> 4, low: at(tail, 2) & 15 };
    this.#checkBand(frame, band, components);
    frame.scans.push({ ...band, componentIds: components.map(({ id }) => id) });
    this.#readScanData(frame, band, components, tables);
  }

  #takeSteps(component: Component): void {
    if (this.#started.has(component.id)) return;
    const steps = this.#steps.get(this.#tableOf.get(component.id) ?? -1);
    if (steps === undefined) throw new JpegError("a scan before its quantisation table");
    component.steps = steps;
    this.#started.add(component.id);
  }

  /** G.1.1.1 and table B.3; every bit of every coefficient once and in order. */
  #checkBand(frame: ReadJpeg, band: Band, components: Component[]): void {
    if (!frame.progressive) {
      if (band.start !== 0 || band.end !== 63 || band.high !== 0 || band.low !== 0) {
        throw new JpegError("a sequential scan with a band");
      }
    } else if (band.start > band.end || band.end > 63 || (band.start === 0) !== (band.end === 0) || band.low > 13) {
      throw new JpegError("a band that cannot be");
    } else if (band.start > 0 && components.length > 1) {
      throw new JpegError("an interleaved AC scan");
    }
    if (components.length > 1) {
      const blocks = components.reduce((sum, { horizontal, vertical }) => sum + horizontal * vertical, 0);
      if (blocks > 10) throw new JpegError("an MCU of more than 10 blocks");
    }
    for (const { id } of components) {
      const known = this.#known.get(id);
      if (known === undefined) continue;
      if (band.start > 0 && at(known, 0) < 0) throw new JpegError("an AC scan before DC");
      for (let k = band.start; k <= band.end; k++) {
        const before = at(known, k);
        const follows = before < 0 ? band.high === 0 : band.high === before && band.low === before - 1;
        if (!follows) throw new JpegError(`scans out of order at coefficient ${k}`);
        known[k] = band.low;
      }
    }
  }

  #readScanData(
    frame: ReadJpeg,
    band: Band,
    components: Component[],
    tables: { dc: SymbolDecoder | undefined; ac: SymbolDecoder | undefined }[],
  ): void {
    const state: ScanState = { predictions: components.map(() => 0), endOfBandRun: 0 };
    let reader = new BitReader(this.#bytes, this.#position);
    let restarts = 0;
    mcusOfScan(components).forEach((blocks, index) => {
      if (index > 0 && this.#restartInterval > 0 && index % this.#restartInterval === 0) {
        if (state.endOfBandRun > 0) throw new JpegError("an end-of-band run across a restart");
        this.#position = reader.finish();
        // B.2.1: RST0 to RST7 in turn.
        if (this.#nextMarker() !== 0xd0 + (restarts % 8)) throw new JpegError("a restart out of turn");
        restarts++;
        reader = new BitReader(this.#bytes, this.#position);
        state.predictions.fill(0);
      }
      for (const { component, offset } of blocks) {
        const target = components[component];
        const table = tables[component];
        if (target === undefined || table === undefined) throw new JpegError("a block of no component");
        const block = target.coefficients.subarray(offset, offset + 64);
        if (band.start === 0 && frame.progressive) {
          readProgressiveDc(reader, table.dc, band, block, component, state);
          continue;
        }
        if (table.ac === undefined) throw new JpegError("a scan without its AC table");
        if (!frame.progressive) {
          if (table.dc === undefined) throw new JpegError("a scan without its DC table");
          readSequentialBlock(reader, table.dc, table.ac, block, component, state);
        } else if (band.high === 0) readProgressiveAc(reader, table.ac, band, block, state);
        else refineProgressiveAc(reader, table.ac, band, block, state);
      }
    });
    if (state.endOfBandRun > 0) throw new JpegError("an end-of-band run past the scan");
    this.#position = reader.finish();
  }

  #requireFrame(): ReadJpeg {
    if (this.#frame === null) throw new JpegError("no frame before a scan");
    return this.#frame;
  }
}
