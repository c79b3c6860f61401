// Writes bitmaps of every kind from samples. Plain and slow.

export interface BitmapSample {
  width: number;
  height: number;
  depth: number;
  /** The bits of a pixel. */
  at(x: number, y: number): number;
  /** 12 for OS/2, else 40 or more. */
  headerBytes?: number;
  compression?: number;
  isTopDown?: boolean;
  /** Red, green, blue for each index. */
  palette?: number[][];
  masks?: number[];
  /** In place of rows: run lengths. */
  data?: number[];
  /** As in an icon: no file header, and the height twice. */
  isIcon?: boolean;
}

export function writeBitmap(sample: BitmapSample): Uint8Array {
  const { width, height, depth, headerBytes = 40, compression = 0, palette = [], masks = [], isIcon = false } = sample;
  const header = new Uint8Array(headerBytes);
  const view = new DataView(header.buffer);
  view.setUint32(0, headerBytes, true);
  if (headerBytes === 12) {
    view.setUint16(4, width, true);
    view.setUint16(6, height, true);
    view.setUint16(8, 1, true);
    view.setUint16(10, depth, true);
  } else {
    view.setInt32(4, width, true);
    view.setInt32(8, (sample.isTopDown === true ? -1 : 1) * (isIcon ? 2 : 1) * height, true);
    view.setUint16(12, 1, true);
    view.setUint16(14, depth, true);
    view.setUint32(16, compression, true);
    view.setUint32(32, palette.length, true);
    if (headerBytes > 40) masks.forEach((mask, index) => view.setUint32(40 + 4 * index, mask, true));
  }
  const outside = headerBytes > 40 ? [] : masks.flatMap((mask) => [mask, mask >>> 8, mask >>> 16, mask >>> 24]);
  const colours = palette.flatMap(([red = 0, green = 0, blue = 0]) =>
    headerBytes === 12 ? [blue, green, red] : [blue, green, red, 0],
  );
  const parts = [...header, ...outside, ...colours];
  const pixels = sample.data ?? rowsOf(sample);
  if (isIcon) return Uint8Array.from([...parts, ...pixels]);
  const file = Uint8Array.from([0x42, 0x4d, ...new Uint8Array(12), ...parts, ...pixels]);
  new DataView(file.buffer).setUint32(2, file.length, true);
  new DataView(file.buffer).setUint32(10, 14 + parts.length, true);
  return file;
}

function rowsOf(sample: BitmapSample): number[] {
  const { width, height, depth, isTopDown = false } = sample;
  const rows: number[] = [];
  for (let row = 0; row < height; row++) {
    const y = isTopDown ? row : height - 1 - row;
    const bytes = new Uint8Array(4 * Math.ceil((width * depth) / 32));
    for (let x = 0; x < width; x++) {
      const value = sample.at(x, y);
      if (depth >= 8) for (let byte = 0; byte < depth / 8; byte++) bytes[(x * depth) / 8 + byte] = value >>> (8 * byte);
      else bytes[(x * depth) >> 3] = (bytes[(x * depth) >> 3] ?? 0) | (value << (8 - depth - ((x * depth) & 7)));
    }
    rows.push(...bytes);
  }
  return rows;
}

/** An icon of pictures, each with the side and the depth that its entry claims. */
export function writeIcon(pictures: { side: number; depth: number; data: Uint8Array }[]): Uint8Array {
  const head = new Uint8Array(6 + 16 * pictures.length);
  const view = new DataView(head.buffer);
  view.setUint16(2, 1, true);
  view.setUint16(4, pictures.length, true);
  let from = head.length;
  pictures.forEach(({ side, depth, data }, index) => {
    const at = 6 + 16 * index;
    head.set([side & 255, side & 255], at);
    view.setUint16(at + 6, depth, true);
    view.setUint32(at + 8, data.length, true);
    view.setUint32(at + 12, from, true);
    from += data.length;
  });
  return Uint8Array.from([...head, ...pictures.flatMap(({ data }) => Array.from(data))]);
}
