// A picture turned upright, for formats whose viewers do not honour a note that says how it is to be turned. Its top may
// be the source's side, so it is held whole: four bytes a pixel.

import { freeBuffers } from "./free-buffers.ts";
import type { Picture } from "./picture.ts";

/** How many bytes the turned picture takes. */
export function turnedBytes({ width, height }: { width: number; height: number }): number {
  return width * height * 4;
}

/** `orientation` as EXIF has it: 1 to 8, what has to be done to see the picture upright (CIPA DC-008, tag 0x0112). */
export function turnUpright(picture: Picture, orientation: number): Picture {
  if (orientation === 1) return picture;
  const { width, height } = picture;
  const isOnItsSide = orientation >= 5;
  const turnedWidth = isOnItsSide ? height : width;
  const turnedHeight = isOnItsSide ? width : height;
  const { first, right, down } = stepsOf(orientation, turnedWidth, turnedHeight);
  return {
    ...picture,
    width: turnedWidth,
    height: turnedHeight,
    read(take) {
      const turned = new Uint32Array(width * height);
      let row = 0;
      const failure = picture.read((rows) => {
        const pixels = pixelsOf(rows);
        for (let at = 0; at < pixels.length; at += width, row++) {
          let to = first + row * down;
          for (let column = 0; column < width; column++, to += right) turned[to] = pixels[at + column] ?? 0;
        }
        return true;
      });
      if (failure === null) take(new Uint8Array(turned.buffer));
      freeBuffers(turned);
      return failure;
    },
  };
}

/** Where the source's first pixel goes, and how far from it the next to its right and the next below. */
function stepsOf(orientation: number, width: number, height: number): { first: number; right: number; down: number } {
  const last = width * height - 1;
  const bottomLeft = width * (height - 1);
  switch (orientation) {
    case 2:
      return { first: width - 1, right: -1, down: width };
    case 3:
      return { first: last, right: -1, down: -width };
    case 4:
      return { first: bottomLeft, right: 1, down: -width };
    case 5:
      return { first: 0, right: width, down: 1 };
    case 6:
      return { first: width - 1, right: width, down: -1 };
    case 7:
      return { first: last, right: -width, down: -1 };
    case 8:
      return { first: bottomLeft, right: -width, down: 1 };
    default:
      throw new RangeError(`orientation ${orientation}`);
  }
}

/** Whole pixels; copied where they do not lie as a 32-bit view wants them. */
function pixelsOf(rows: Uint8Array): Uint32Array {
  const aligned = rows.byteOffset % 4 === 0 ? rows : rows.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
}
