// What kind of JPEG a file is, from its frame header alone (T.81 B.2.2). sharp calls everything 4:2:0 that is not 4:4:4.

export interface FrameKind {
  isProgressive: boolean;
  /** "4:2:0" and its like, "grey", or the factors themselves. */
  sampling: string;
}

const names: Record<string, string> = {
  "1x1 1x1 1x1": "4:4:4",
  "2x1 1x1 1x1": "4:2:2",
  "1x2 1x1 1x1": "4:4:0",
  "2x2 1x1 1x1": "4:2:0",
  "4x1 1x1 1x1": "4:1:1",
  // Written so by some: chroma halved across, luma and chroma both doubled down.
  "2x2 1x2 1x2": "4:2:2",
};

export function frameOf(bytes: Uint8Array): FrameKind | null {
  let position = 2;
  while (position + 9 < bytes.length) {
    const marker = bytes[position + 1] ?? 0;
    if (bytes[position] !== 0xff) return null;
    if (marker >= 0xc0 && marker <= 0xc2) {
      const count = bytes[position + 9] ?? 0;
      const factors = Array.from({ length: count }, (_, i) => {
        const factor = bytes[position + 11 + 3 * i] ?? 0;
        return `${factor >> 4}x${factor & 15}`;
      }).join(" ");
      return { isProgressive: marker === 0xc2, sampling: count === 1 ? "grey" : (names[factors] ?? factors) };
    }
    position += 2 + (bytes[position + 2] ?? 0) * 256 + (bytes[position + 3] ?? 0);
  }
  return null;
}
