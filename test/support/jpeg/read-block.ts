// One block of one scan from bits to coefficients: sequential (T.81 F.2.2) and progressive (G.2).
import { at } from "./at.ts";
import type { BitReader, SymbolDecoder } from "./bit-reader.ts";
import { JpegError } from "./coefficients.ts";

export interface Band {
  /** Ss, Se, Ah, Al of the scan header (B.2.3). */
  start: number;
  end: number;
  high: number;
  low: number;
}

/** What lives between blocks: PRED of each component (F.2.1.3.1) and EOBRUN (G.1.2.2); both reset at a restart. */
export interface ScanState {
  predictions: number[];
  endOfBandRun: number;
}

export function readSequentialBlock(
  reader: BitReader,
  dc: SymbolDecoder,
  ac: SymbolDecoder,
  block: Int16Array,
  component: number,
  state: ScanState,
): void {
  block[0] = readDc(reader, dc, component, state);
  let k = 1;
  while (k <= 63) {
    const symbol = reader.symbol(ac);
    const run = symbol >> 4;
    const size = symbol & 15;
    if (size === 0) {
      if (run === 0) return;
      if (run !== 15) throw new JpegError("a run without a coefficient in a sequential scan");
      k += 16;
      continue;
    }
    k += run;
    if (k > 63) throw new JpegError("a run past the end of the block");
    block[k] = reader.signed(size);
    k++;
  }
  // ZRL may not lead out of the block either.
  if (k > 64) throw new JpegError("a run past the end of the block");
}

function readDc(reader: BitReader, dc: SymbolDecoder, component: number, state: ScanState): number {
  const size = reader.symbol(dc);
  if (size > 11) throw new JpegError(`a DC difference of ${size} bits`);
  const value = at(state.predictions, component) + reader.signed(size);
  state.predictions[component] = value;
  return value;
}

/** G.1.2.1: the point transform of DC is a shift; later scans bring one bit each. */
export function readProgressiveDc(
  reader: BitReader,
  dc: SymbolDecoder | undefined,
  band: Band,
  block: Int16Array,
  component: number,
  state: ScanState,
): void {
  if (band.high > 0) {
    block[0] = at(block, 0) | (reader.bit() << band.low);
    return;
  }
  if (dc === undefined) throw new JpegError("a DC scan without its table");
  block[0] = readDc(reader, dc, component, state) * 2 ** band.low;
}

/** G.1.2.2: the first scan of a band. */
export function readProgressiveAc(
  reader: BitReader,
  ac: SymbolDecoder,
  band: Band,
  block: Int16Array,
  state: ScanState,
): void {
  if (state.endOfBandRun > 0) {
    state.endOfBandRun--;
    return;
  }
  let k = band.start;
  while (k <= band.end) {
    const symbol = reader.symbol(ac);
    const run = symbol >> 4;
    const size = symbol & 15;
    if (size === 0 && run < 15) {
      state.endOfBandRun = 2 ** run + reader.bits(run) - 1;
      return;
    }
    k += run;
    if (k > band.end) throw new JpegError("a run past the end of the band");
    if (size > 0) block[k] = reader.signed(size) * 2 ** band.low;
    k++;
  }
}

/** G.1.2.3: one more bit for the coefficients known, and those that become non-zero at this bit. */
export function refineProgressiveAc(
  reader: BitReader,
  ac: SymbolDecoder,
  band: Band,
  block: Int16Array,
  state: ScanState,
): void {
  const unit = 2 ** band.low;
  let k = band.start;

  function correct(): void {
    const value = at(block, k);
    if (reader.bit() === 1) block[k] = value + (value > 0 ? unit : -unit);
  }

  if (state.endOfBandRun === 0) {
    while (k <= band.end) {
      const symbol = reader.symbol(ac);
      let run = symbol >> 4;
      const size = symbol & 15;
      if (size > 1) throw new JpegError("a refinement of more than one bit");
      if (size === 0 && run < 15) {
        state.endOfBandRun = 2 ** run + reader.bits(run);
        break;
      }
      const fresh = size === 0 ? 0 : reader.bit() === 1 ? unit : -unit;
      // Runs count the zeros only; what is non-zero on the way gets its correction bit.
      while (k <= band.end && (at(block, k) !== 0 || run > 0)) {
        if (at(block, k) === 0) run--;
        else correct();
        k++;
      }
      if (k > band.end) throw new JpegError("a run past the end of the band");
      if (fresh !== 0) block[k] = fresh;
      k++;
    }
  }
  if (state.endOfBandRun > 0) {
    for (; k <= band.end; k++) if (at(block, k) !== 0) correct();
    state.endOfBandRun--;
  }
}
