// From a block of the strip to whole numbers that a transform can take (T.81 A.3.4).

/** 8-bit samples give no more than 1024 and what quantising adds; what is larger is damage. */
const MAX_COEFFICIENT: i32 = 2047;

@inline
export function clampCoefficient(value: i32): i32 {
  return max(-MAX_COEFFICIENT, min(MAX_COEFFICIENT, value));
}

/** Dequantises a block into 64 x i16; `order` says whether by rows or by columns. */
export function expand(block: usize, steps: usize, order: usize, out: usize): void {
  const nothing = i16x8.splat(0);
  for (let at: usize = 0; at < 128; at += 16) v128.store(out + at, nothing);
  store<i16>(out, <i16>clampCoefficient(<i32>load<i16>(block + 8) * <i32>load<u16>(steps)));
  for (let rest = load<u64>(block) & ~(<u64>1); rest != 0; rest &= rest - 1) {
    const k = <usize>ctz(rest);
    const value = <i32>load<i16>(block + 8 + (k << 1)) * <i32>load<u16>(steps + (k << 1));
    store<i16>(out + (<usize>load<u8>(order + k) << 1), <i16>clampCoefficient(value));
  }
}
