/** A decoded picture: eight bits a channel, RGBA, row by row, not premultiplied. Ours, as Workers have no `ImageData`. */
export interface Pixels {
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
}
