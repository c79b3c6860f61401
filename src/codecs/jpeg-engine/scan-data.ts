// Where the entropy-coded data of a scan ends (T.81 B.1.1.5): at the first marker that is not a restart marker.

export interface ScanData {
  start: number;
  /** The position of the marker's FF, or the end of the file. */
  end: number;
  restarts: number;
  /** RST0 to RST7 come in turn; null when they do, else what is wrong. */
  disorder: string | null;
  /** Whether a marker follows. */
  isClosed: boolean;
}

export function findScanData(bytes: Uint8Array, start: number): ScanData {
  let restarts = 0;
  let disorder: string | null = null;
  let at = start;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    const next = at < 0 ? undefined : bytes[at + 1];
    if (next === undefined) return { start, end: bytes.length, restarts, disorder, isClosed: false };
    if (next === 0) {
      at += 2;
    } else if (next === 0xff) {
      at += 1; // a fill byte (B.1.1.2)
    } else if (next >= 0xd0 && next <= 0xd7) {
      if (next !== 0xd0 + (restarts & 7)) disorder ??= `restart marker ${next - 0xd0} follows number ${restarts}`;
      restarts += 1;
      at += 2;
    } else {
      return { start, end: at, restarts, disorder, isClosed: true };
    }
  }
}

/** The same for data of any coding: no marker in use is below 80, which JPEG-LS relies on (T.87, A.1), nor can be FF. */
export function findNextMarker(bytes: Uint8Array, start: number): number {
  for (let at = start; ; at += 1) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) return bytes.length;
    const next = bytes[at + 1] ?? 0;
    if (next >= 0x80 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
}
