// Which of a block's quantised coefficients are worth their bits. For every coefficient that does not round to zero the
// cheapest way to keep it is found over all choices of the kept one before it: a shortest path, exact for the given
// costs. All arithmetic is IEEE double in the order written, so that another implementation can agree bit for bit.
//
//   cost of keeping x (in target steps) as q   lambda * (x - q)^2 + code length(run, size) + size
//   cost of dropping x                         lambda * x^2
//   lambda = 10 / (1 + mean AC energy / 1450): distortion hides in busy blocks
//   candidates for q                           round(x), and round(x) - 1 where that saves a bit (round(x) = 2^n, n > 0)

/** Lagrange factor: bits per squared target step in a flat block. 6 to 12 give the same size at equal SSIMULACRA2. */
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
const COSTS: usize = memory.data(65 * 8, 8); // f64: cheapest way that ends with keeping this one
const DROPPED: usize = memory.data(66 * 8, 8); // f64: cost of dropping all candidates before this one
const BEFORE: usize = memory.data(65 * 4, 8); // u32: the kept one before

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
 */
export function chooseLevels(count: u32, energy: f64, codeLengths: usize): void {
  const lambda = LAMBDA / (1.0 + energy / 63.0 / HALF_ENERGY);
  const zrl = load<f64>(codeLengths + (0xf0 << 3));
  store<f64>(COSTS, 0.0);
  store<u32>(POSITIONS, 0);
  store<f64>(DROPPED + 8, 0.0);

  for (let i: u32 = 1; i <= count; i++) {
    const x = load<f64>(SCALED + (i << 3));
    const droppedHere = load<f64>(DROPPED + (i << 3));
    store<f64>(DROPPED + (i << 3) + 8, droppedHere + lambda * x * x);

    const position = load<u32>(POSITIONS + (i << 2));
    const level = <u32>(x + 0.5);
    const size = 32 - <u32>clz(level);
    const error = x - <f64>level;
    const distortion = lambda * error * error;
    const hasLower = level > 1 && (level & (level - 1)) == 0;
    const lowerDistortion = lambda * (error + 1.0) * (error + 1.0);

    let best: f64 = Infinity;
    let bestBefore: u32 = 0;
    let bestLevel: u32 = level;
    let j = i;
    do {
      j--;
      const run = position - load<u32>(POSITIONS + (j << 2)) - 1;
      let base = load<f64>(COSTS + (j << 3)) + (droppedHere - load<f64>(DROPPED + (j << 3) + 8));
      if (run > 15) base += <f64>(run >> 4) * zrl;
      const codes = codeLengths + <usize>((run & 15) << 7);
      const cost = base + load<f64>(codes + (size << 3)) + distortion;
      if (cost < best) {
        best = cost;
        bestBefore = j;
        bestLevel = level;
      }
      if (hasLower) {
        const lowerCost = base + load<f64>(codes + ((size - 1) << 3)) + lowerDistortion;
        if (lowerCost < best) {
          best = lowerCost;
          bestBefore = j;
          bestLevel = level - 1;
        }
      }
    } while (j > 0 && dropCost(j) <= NEVER_DROPPED);
    store<f64>(COSTS + (i << 3), best);
    store<u32>(BEFORE + (i << 2), bestBefore);
    store<u32>(LEVELS + (i << 2), bestLevel);
  }

  let last: u32 = count;
  let lowest: f64 = Infinity;
  let j = count + 1;
  do {
    j--;
    const cost = load<f64>(COSTS + (j << 3)) + (load<f64>(DROPPED + (count << 3) + 8) - load<f64>(DROPPED + (j << 3) + 8));
    if (cost < lowest) {
      lowest = cost;
      last = j;
    }
  } while (j > 0 && dropCost(j) <= NEVER_DROPPED);

  for (let i = count; i > 0; i--) {
    if (i == last) last = load<u32>(BEFORE + (i << 2));
    else store<i32>(LEVELS + (i << 2), 0);
  }
}

@inline
function dropCost(i: u32): f64 {
  return load<f64>(DROPPED + (i << 3) + 8) - load<f64>(DROPPED + (i << 3));
}
