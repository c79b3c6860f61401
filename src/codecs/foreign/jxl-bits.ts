// Pure. Reads the numbers of a JPEG XL header (ISO/IEC 18181-1). Beyond the end it reads zeros and remembers that
// it did, so that who parses asks once.

/** A choice of four: so many bits, and what is added to them. A plain value has none. */
type Choice = readonly [bits: number, offset: number];
export type Choices = readonly [Choice, Choice, Choice, Choice];

export function choices(...four: Choices): Choices {
  return four;
}

export interface JxlBits {
  readonly isPastEnd: boolean;
  /** Up to 32, the lowest first. */
  bits(count: number): number;
  bool(): boolean;
  /** Two bits choose among four. */
  choose(four: Choices): number;
  /** Whether no more than the 64 bits of a zero was there. */
  isZero64(): boolean;
  /** Of an enumeration. */
  enumerated(): number;
  skip(bits: number): void;
  /** Goes on with the next whole byte; its place. */
  toByte(): number;
}

const enumeration = choices([0, 0], [0, 1], [4, 2], [6, 18]);

export function createJxlBits(source: Uint8Array, fromByte: number): JxlBits {
  let at = 8 * fromByte;
  const end = 8 * source.length;
  // By whole bytes: hostile files have millions of numbers.
  const bits = (count: number): number => {
    let value = 0;
    for (let got = 0; got < count;) {
      const from = at & 7;
      const some = Math.min(8 - from, count - got);
      value += (((source[at >>> 3] ?? 0) >> from) & ((1 << some) - 1)) * 2 ** got;
      got += some;
      at += some;
    }
    return value;
  };
  const choose = (four: Choices): number => {
    const [count, offset] = four[bits(2)] ?? [0, 0];
    return bits(count) + offset;
  };
  return {
    get isPastEnd() {
      return at > end;
    },
    bits,
    bool: () => bits(1) === 1,
    choose,
    isZero64: () => bits(2) === 0,
    enumerated: () => choose(enumeration),
    skip(count) {
      at += count;
    },
    toByte() {
      at = 8 * Math.ceil(at / 8);
      return at / 8;
    },
  };
}
