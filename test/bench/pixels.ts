// Decoded pictures of the benchmark: 8-bit RGB, three bytes to the pixel.

export interface Rgb {
  width: number;
  height: number;
  data: Uint8Array;
}

const tileSize = 256;
const tilesPerSide = 4;

/**
 * What the metrics look at. A picture over 1.5 MP is represented by 16 tiles of 256 x 256 from an even 4 x 4 grid, put
 * together as one of 1024 x 1024: every part of the picture is heard, and 24 MP cost no more than one. The seams are the
 * same in both pictures that are compared.
 */
export function representativePart(picture: Rgb): Rgb {
  const side = tileSize * tilesPerSide;
  if (picture.width * picture.height <= 1_500_000) return picture;
  if (picture.width < side || picture.height < side) return picture;
  const data = new Uint8Array(side * side * 3);
  for (let tileY = 0; tileY < tilesPerSide; tileY++) {
    for (let tileX = 0; tileX < tilesPerSide; tileX++) {
      // On multiples of 16, so that no tile cuts a block of the codec elsewhere than the picture itself would.
      const left = cellStart(picture.width, tileX);
      const top = cellStart(picture.height, tileY);
      for (let y = 0; y < tileSize; y++) {
        const from = ((top + y) * picture.width + left) * 3;
        const to = ((tileY * tileSize + y) * side + tileX * tileSize) * 3;
        data.set(picture.data.subarray(from, from + tileSize * 3), to);
      }
    }
  }
  return { width: side, height: side, data };
}

function cellStart(length: number, index: number): number {
  const cell = length / tilesPerSide;
  return Math.floor((index * cell + (cell - tileSize) / 2) / 16) * 16;
}
