// What an AC symbol costs when the rate-distortion choice is made, before the real codes exist: the lengths of the
// typical tables K.5 (luminance) and K.6 (chrominance), each with the value's own bits added.

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

const LENGTHS: usize = memory.data(2 * 256 * 8, 8);

/** f64 per run/size symbol. */
@inline
export function codeLengthsOf(tableClass: u32): usize {
  return LENGTHS + tableClass * (256 * 8);
}

export function resetCodeLengths(): void {
  fill(codeLengthsOf(0), LUMA_BITS, LUMA_VALUES);
  fill(codeLengthsOf(1), CHROMA_BITS, CHROMA_VALUES);
}

/** Every symbol that is not named in the values has one of the 16-bit codes. */
function fill(lengths: usize, bits: usize, values: usize): void {
  for (let symbol: u32 = 0; symbol < 256; symbol++) store<f64>(lengths + (symbol << 3), <f64>(16 + (symbol & 15)));
  let next = values;
  for (let length: u32 = 1; length < 16; length++) {
    const count: u32 = load<u8>(bits + length - 1);
    for (let i: u32 = 0; i < count; i++) {
      const symbol: u32 = load<u8>(next++);
      store<f64>(lengths + (symbol << 3), <f64>(length + (symbol & 15)));
    }
  }
}
