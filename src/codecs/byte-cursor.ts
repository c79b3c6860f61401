// Pure. Reads big-endian numbers one behind the other. Beyond the end it reads zeros and remembers that it did, so that
// who parses a stranger's file asks once, at the end of a structure, and not at every number.

export interface ByteCursor {
  /** Where it is. */
  at: number;
  readonly end: number;
  /** Something beyond the end was read. */
  isPastEnd: boolean;
  /** Of 0, 1, 2, 3, 4 or 8 bytes; above 2^53 not exact. */
  uint(bytes: number): number;
  /** Latin-1. */
  text(bytes: number): string;
  skip(bytes: number): void;
}

export function createCursor(source: Uint8Array, from: number, to: number): ByteCursor {
  const cursor: ByteCursor = {
    at: from,
    end: Math.min(to, source.length),
    isPastEnd: false,
    uint(bytes) {
      let value = 0;
      for (let index = 0; index < bytes; index++) value = value * 256 + next();
      return value;
    },
    text(bytes) {
      let text = "";
      for (let index = 0; index < bytes; index++) text += String.fromCharCode(next());
      return text;
    },
    skip(bytes) {
      cursor.at += bytes;
      if (cursor.at > cursor.end) cursor.isPastEnd = true;
    },
  };
  const next = (): number => {
    const byte = cursor.at < cursor.end ? source[cursor.at] : undefined;
    cursor.at++;
    if (byte === undefined) cursor.isPastEnd = true;
    return byte ?? 0;
  };
  return cursor;
}
