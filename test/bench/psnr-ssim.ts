// PSNR over RGB and SSIM over luma: the two old metrics, beside SSIMULACRA2.
import { blurPlane } from "./gaussian-blur.ts";
import type { Rgb } from "./pixels.ts";

/** In dB; Infinity for equal pictures. */
export function psnr(a: Rgb, b: Rgb): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += ((a.data[i] ?? 0) - (b.data[i] ?? 0)) ** 2;
  return 10 * Math.log10((255 ** 2 * a.data.length) / sum);
}

/** Mean structural similarity of luma (Wang et al. 2004) with a Gaussian window of sigma 1.5; 1 for equal pictures. */
export function ssim(a: Rgb, b: Rgb): number {
  const size = a.width * a.height;
  const scratch = new Float32Array(size);
  const blurred = (plane: Float32Array): Float32Array => {
    const output = new Float32Array(size);
    blurPlane(plane, output, scratch, a.width, a.height);
    return output;
  };
  const [lumaA, lumaB] = [luma(a), luma(b)];
  const [meanA, meanB] = [blurred(lumaA), blurred(lumaB)];
  const [squareA, squareB] = [blurred(product(lumaA, lumaA)), blurred(product(lumaB, lumaB))];
  const both = blurred(product(lumaA, lumaB));
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
  let sum = 0;
  let count = 0;
  // Without the rim, where the window looks outside.
  for (let y = 4; y < a.height - 4; y++) {
    for (let x = 4; x < a.width - 4; x++) {
      const i = y * a.width + x;
      const [ma, mb] = [meanA[i] ?? 0, meanB[i] ?? 0];
      const variances = (squareA[i] ?? 0) - ma * ma + (squareB[i] ?? 0) - mb * mb;
      const covariance = (both[i] ?? 0) - ma * mb;
      sum += ((2 * ma * mb + c1) * (2 * covariance + c2)) / ((ma * ma + mb * mb + c1) * (variances + c2));
      count++;
    }
  }
  return sum / count;
}

function luma({ width, height, data }: Rgb): Float32Array {
  const plane = new Float32Array(width * height);
  for (let i = 0; i < plane.length; i++) {
    plane[i] = 0.299 * (data[i * 3] ?? 0) + 0.587 * (data[i * 3 + 1] ?? 0) + 0.114 * (data[i * 3 + 2] ?? 0);
  }
  return plane;
}

function product(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value * (b[i] ?? 0));
}
