// What an AC symbol costs when the rate-distortion choice is made, before the real codes exist: the information of the
// symbol by what the strips so far have used, starting from the typical tables K.5 (luminance) and K.6 (chrominance).
//
//   weight(symbol) = PRIOR * 2^-(length in K.5 or K.6) + times used so far
//   bits(symbol)   = log2(sum of weights) - log2(weight) + size

import { Component } from "./component";
import { shortSymbol, symbolCounts, tokenCounts, FIRST_SHORT, EOB, ZRL } from "./tokens";

// BITS of K.5 and K.6, and their HUFFVAL in code order.
const LUMA_BITS: usize = memory.data<u8>([0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125]);
const LUMA_VALUES: usize = memory.data<u8>([
  0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71, 0x14,
  0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72, 0x82,
]);
const CHROMA_BITS: usize = memory.data<u8>([0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119]);
const CHROMA_VALUES: usize = memory.data<u8>([
  0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71, 0x13, 0x22, 0x32,
  0x81, 0x08, 0x14, 0x42, 0x91, 0xa1, 0xb1, 0xc1, 0x09, 0x23, 0x33, 0x52, 0xf0, 0x15, 0x62, 0x72, 0xd1, 0x0a, 0x16,
  0x24, 0x34, 0xe1, 0x25, 0xf1,
]);

/** How many symbols the typical tables stand for: some rows of blocks. */
const PRIOR: f64 = 4096.0;

const TYPICAL: usize = memory.data(2 * 256 * 8, 8); // f64 per table class and symbol: weight
const USED: usize = memory.data(256 * 8, 8); // f64 per symbol
const LENGTHS: usize = memory.data(4 * 256 * 8, 8); // f64 per component and symbol: bits

/** f64 per run/size symbol. */
@inline
export function codeLengthsOf(component: u32): usize {
  return LENGTHS + component * (256 * 8);
}

export function resetCodeLengths(): void {
  fillTypical(TYPICAL, LUMA_BITS, LUMA_VALUES);
  fillTypical(TYPICAL + 256 * 8, CHROMA_BITS, CHROMA_VALUES);
}

/** Every symbol that is not named in the values has one of the 16-bit codes. */
function fillTypical(weights: usize, bits: usize, values: usize): void {
  for (let symbol: u32 = 0; symbol < 256; symbol++) store<f64>(weights + (symbol << 3), PRIOR / 65536.0);
  let next = values;
  for (let length: u32 = 1; length < 16; length++) {
    const count: u32 = load<u8>(bits + length - 1);
    for (let i: u32 = 0; i < count; i++) {
      store<f64>(weights + (<usize>load<u8>(next++) << 3), PRIOR / <f64>(1 << length));
    }
  }
}

/** Before each strip. */
export function updateCodeLengths(c: Component): void {
  const weights = TYPICAL + c.tableClass * (256 * 8);
  const tokens = tokenCounts(c.index);
  const long = symbolCounts(c.index);
  for (let symbol: u32 = 0; symbol < 256; symbol++) {
    store<f64>(USED + (symbol << 3), load<f64>(weights + (symbol << 3)) + <f64>load<u32>(long + (symbol << 2)));
  }
  add(0, load<u32>(tokens + EOB * 4));
  add(0xf0, load<u32>(tokens + ZRL * 4));
  for (let token: u32 = FIRST_SHORT; token < 256; token++) add(shortSymbol(token), load<u32>(tokens + (token << 2)));
  let sum: f64 = 0.0;
  for (let symbol: u32 = 0; symbol < 256; symbol++) sum += load<f64>(USED + (symbol << 3));
  const lengths = codeLengthsOf(c.index);
  const whole = log2(sum);
  for (let symbol: u32 = 0; symbol < 256; symbol++) {
    store<f64>(lengths + (symbol << 3), whole - log2(load<f64>(USED + (symbol << 3))) + <f64>(symbol & 15));
  }
}

@inline
function add(symbol: u32, times: u32): void {
  store<f64>(USED + (symbol << 3), load<f64>(USED + (symbol << 3)) + <f64>times);
}

/** The exponent and a parabola through the mantissa: within 0.01, and the same everywhere. */
function log2(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  const exponent = <f64>(<i32>(bits >> 52) - 1023);
  const m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000) - 1.0;
  return exponent + m + 0.34 * m * (1.0 - m);
}
