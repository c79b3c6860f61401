// Codes the blocks of one progressive scan: first scans and refinements, with runs of ended bands (T.81 G.1.2).
import { at } from "./at.ts";
import { mcusOfScan, type Component } from "./coefficients.ts";
import { additionalBits, magnitudeBits, type Coded } from "./coded-scan.ts";
import { codeDcDifference } from "./code-sequential.ts";
import type { Band } from "./read-block.ts";

export interface ProgressiveOptions {
  restartInterval: number;
  /** EOBRUN is written when it gets here; 32767 is the most the code can say (G.1.2.2). */
  longestRun: number;
}

export function codeDcScan(
  components: readonly Component[],
  tableIds: readonly number[],
  band: Band,
  options: ProgressiveOptions,
): Coded[] {
  const coded: Coded[] = [];
  const predictions = components.map(() => 0);
  mcusOfScan(components).forEach((blocks, index) => {
    if (isRestart(index, options)) {
      coded.push(restartBefore(index, options));
      predictions.fill(0);
    }
    for (const { component, offset } of blocks) {
      // G.1.2.1: DC is shifted arithmetically, not divided.
      const dc = at(components[component]?.coefficients ?? [], offset) >> band.low;
      if (band.high > 0) coded.push({ kind: "bits", extra: dc & 1, extraBits: 1 });
      else coded.push(codeDcDifference(dc - at(predictions, component), `dc${at(tableIds, component)}`));
      predictions[component] = dc;
    }
  });
  return coded;
}

export function codeAcScan(component: Component, tableId: number, band: Band, options: ProgressiveOptions): Coded[] {
  const run = new EndOfBandRun(`ac${tableId}`, options.longestRun);
  const codeBlock = band.high === 0 ? codeFirstPass : codeRefinement;
  mcusOfScan([component]).forEach(([block], index) => {
    if (isRestart(index, options)) {
      run.flush();
      run.coded.push(restartBefore(index, options));
    }
    if (block !== undefined) codeBlock(component.coefficients.subarray(block.offset, block.offset + 64), band, run);
  });
  run.flush();
  return run.coded;
}

function isRestart(index: number, { restartInterval }: ProgressiveOptions): boolean {
  return index > 0 && restartInterval > 0 && index % restartInterval === 0;
}

function restartBefore(index: number, { restartInterval }: ProgressiveOptions): Coded {
  return { kind: "restart", number: (index / restartInterval - 1) % 8 };
}

/** Blocks whose band has ended, not yet written, with the correction bits that must follow their count (G.1.2.3). */
class EndOfBandRun {
  readonly coded: Coded[] = [];
  readonly table: string;
  #longest: number;
  #blocks = 0;
  #corrections: number[] = [];

  constructor(table: string, longest: number) {
    this.table = table;
    this.#longest = longest;
  }

  addBlock(corrections: readonly number[]): void {
    this.#blocks++;
    this.#corrections.push(...corrections);
    if (this.#blocks >= this.#longest) this.flush();
  }

  flush(): void {
    if (this.#blocks > 0) {
      const size = magnitudeBits(this.#blocks) - 1;
      this.symbol(size * 16, this.#blocks - 2 ** size, size);
    }
    this.bits(this.#corrections);
    this.#blocks = 0;
    this.#corrections = [];
  }

  symbol(symbol: number, extra: number, extraBits: number): void {
    this.coded.push({ kind: "symbol", table: this.table, symbol, extra, extraBits });
  }

  bits(bits: readonly number[]): void {
    for (const bit of bits) this.coded.push({ kind: "bits", extra: bit, extraBits: 1 });
  }
}

function codeFirstPass(block: Int16Array, band: Band, run: EndOfBandRun): void {
  let zeros = 0;
  for (let k = band.start; k <= band.end; k++) {
    const value = shiftMagnitude(at(block, k), band.low);
    if (value === 0) {
      zeros++;
      continue;
    }
    run.flush();
    for (; zeros > 15; zeros -= 16) run.symbol(0xf0, 0, 0);
    const size = magnitudeBits(value);
    run.symbol(zeros * 16 + size, additionalBits(value, size), size);
    zeros = 0;
  }
  if (zeros > 0) run.addBlock([]);
}

/** Figures G.7 to G.9. */
function codeRefinement(block: Int16Array, band: Band, run: EndOfBandRun): void {
  const values: number[] = [];
  for (let k = band.start; k <= band.end; k++) values.push(shiftMagnitude(at(block, k), band.low));
  const lastFresh = values.findLastIndex((value) => Math.abs(value) === 1);
  let zeros = 0;
  let corrections: number[] = [];
  values.forEach((value, index) => {
    if (value === 0) {
      zeros++;
      return;
    }
    // Zeros are only cut into sixteens while a fresh coefficient follows; past it the end of the band covers them.
    if (index <= lastFresh) {
      for (; zeros > 15; zeros -= 16) {
        run.flush();
        run.symbol(0xf0, 0, 0);
        run.bits(corrections);
        corrections = [];
      }
    }
    if (Math.abs(value) > 1) {
      corrections.push(Math.abs(value) & 1);
      return;
    }
    run.flush();
    run.symbol(zeros * 16 + 1, value > 0 ? 1 : 0, 1);
    run.bits(corrections);
    corrections = [];
    zeros = 0;
  });
  if (zeros > 0 || corrections.length > 0) run.addBlock(corrections);
}

/** G.1.2.2: AC is divided by 2^Al towards zero. */
function shiftMagnitude(value: number, low: number): number {
  return Math.trunc(value / 2 ** low);
}
