// Which of a block's quantised coefficients are worth their bits. For every coefficient that does not round to zero the
// cheapest way to keep it is found over all choices of the kept one before it: a shortest path, exact for the given
// costs. All arithmetic is IEEE double in the order written, so that another implementation can agree bit for bit.
//
//   cost of keeping x (in target steps) as q   lambda * (x - q)^2 + code length(run, size) + size
//   cost of dropping x                         lambda * x^2
//   lambda = 10 / (1 + mean AC energy / 1450): distortion hides in busy blocks
//   candidates for q                           round(x), and round(x) - 1 where that saves a bit (round(x) = 2^n, n > 0)

/** Lagrange factor: bits per squared target step in a flat block. 6 is 1 % smaller at equal SSIMULACRA2, but 5 % larger at equal SSIM. */
const LAMBDA: f64 = 10.0;
/** The energy at which a block's distortion counts half. */
const HALF_ENERGY: f64 = 1450.0;
/** A coefficient whose loss costs more than this many bits is never dropped: bounds the search, costs < 0.03 %. */
const NEVER_DROPPED: f64 = 14.0;

// The candidates of a block, ascending zigzag positions. Entry 0 stands for the place before the first AC coefficient.
const POSITIONS: usize = memory.data(65 * 4, 8); // u32
const SCALED: usize = memory.data(65 * 8, 8); // f64: |x| / target step
const NEGATIVE: usize = memory.data(65 * 4, 8); // i32: 0 or -1
const LEVELS: usize = memory.data(65 * 4, 8); // i32: result, 0 when dropped
const BEFORE: usize = memory.data(65 * 8, 8); // f64: see chooseLevels
const FROM: usize = memory.data(65 * 4, 8); // u32: the kept one before

@inline
export function setCandidate(index: u32, position: u32, scaled: f64, negative: i32): void {
  store<u32>(POSITIONS + (index << 2), position);
  store<f64>(SCALED + (index << 3), scaled);
  store<i32>(NEGATIVE + (index << 2), negative);
}

@inline
export function candidatePosition(index: u32): u32 {
  return load<u32>(POSITIONS + (index << 2));
}

/** Signed; 0 when the coefficient is dropped. */
@inline
export function candidateLevel(index: u32): i32 {
  const negative = load<i32>(NEGATIVE + (index << 2));
  return (load<i32>(LEVELS + (index << 2)) ^ negative) - negative;
}

/** Rounds candidates 1 to `count`, half away from zero, and drops none. */
export function roundCandidates(count: u32): void {
  for (let i: u32 = 1; i <= count; i++) {
    store<i32>(LEVELS + (i << 2), <i32>(load<f64>(SCALED + (i << 3)) + 0.5));
  }
}

/**
 * Chooses the levels of candidates 1 to `count`. `energy` is the sum of the squared dequantised AC coefficients,
 * `codeLengths` f64 per run/size symbol: bits of code and value.
 *
 *   dropped(i)  = lambda * x_1^2 + ... + lambda * x_i^2, one after the other
 *   cost(i)     = lowest of before(j) + dropped(i - 1) [+ ZRLs] + bits + distortion, over j < i
 *   before(j)   = cost(j) - dropped(j), and 0 for j = 0: what is paid up to j, as if all after it were free
 */
export function chooseLevels(count: u32, energy: f64, codeLengths: usize): void {
  const lambda = LAMBDA / (1.0 + energy / 63.0 / HALF_ENERGY);
  const zrl = load<f64>(codeLengths + (0xf0 << 3));
  store<f64>(BEFORE, 0.0);
  store<u32>(POSITIONS, 0);
  let dropped: f64 = 0.0;
  // The last candidate so far that is never dropped: no way leads past it.
  let barrier: u32 = 0;

  for (let i: u32 = 1; i <= count; i++) {
    const x = load<f64>(SCALED + (i << 3));
    const position = load<u32>(POSITIONS + (i << 2));
    const level = <u32>(x + 0.5);
    const size = 32 - <u32>clz(level);
    const error = x - <f64>level;
    const distortion = lambda * error * error;
    const codes = codeLengths + (size << 3);

    let best: f64 = Infinity;
    let bestFrom: u32 = 0;
    let bestLevel: u32 = level;
    let j = i;
    do {
      j--;
      const run = position - load<u32>(POSITIONS + (j << 2)) - 1;
      let cost = load<f64>(BEFORE + (j << 3)) + dropped;
      if (run > 15) cost += <f64>(run >> 4) * zrl;
      cost += load<f64>(codes + <usize>((run & 15) << 7)) + distortion;
      if (cost < best) {
        best = cost;
        bestFrom = j;
      }
    } while (j > barrier);
    if (level > 1 && (level & (level - 1)) == 0) {
      const lowerDistortion = lambda * (error + 1.0) * (error + 1.0);
      j = i;
      do {
        j--;
        const run = position - load<u32>(POSITIONS + (j << 2)) - 1;
        let cost = load<f64>(BEFORE + (j << 3)) + dropped;
        if (run > 15) cost += <f64>(run >> 4) * zrl;
        cost += load<f64>(codes + <usize>((run & 15) << 7) - 8) + lowerDistortion;
        if (cost < best) {
          best = cost;
          bestFrom = j;
          bestLevel = level - 1;
        }
      } while (j > barrier);
    }
    const dropCost = lambda * x * x;
    dropped += dropCost;
    if (dropCost > NEVER_DROPPED) barrier = i;
    store<f64>(BEFORE + (i << 3), best - dropped);
    store<u32>(FROM + (i << 2), bestFrom);
    store<u32>(LEVELS + (i << 2), bestLevel);
  }

  // The last one kept; all after it are dropped, and what EOB costs is the same for all.
  let last: u32 = count;
  let lowest: f64 = Infinity;
  let j = count + 1;
  do {
    j--;
    const cost = load<f64>(BEFORE + (j << 3));
    if (cost < lowest) {
      lowest = cost;
      last = j;
    }
  } while (j > barrier);

  for (let i = count; i > 0; i--) {
    if (i == last) last = load<u32>(FROM + (i << 2));
    else store<i32>(LEVELS + (i << 2), 0);
  }
}
