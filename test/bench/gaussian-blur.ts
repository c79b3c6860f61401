// The Gaussian blur of SSIMULACRA2: libjxl's recursive filter (Charalampidis 2016) with sigma 1.5, written as the finite
// kernel it is equal to. Outside the picture is zero, as there.

/** `kernel[d]` weighs the samples at distance d; 9 taps in all. */
const kernel = truncatedCosineKernel(1.5);

/** Blurs one plane into `output`; `scratch` has the same size. */
export function blurPlane(
  input: Float32Array,
  output: Float32Array,
  scratch: Float32Array,
  width: number,
  height: number,
): void {
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0, w4 = 0] = kernel;
  // A row with margins, so that the inner loop needs no bounds.
  const row = new Float32Array(width + 8);
  for (let y = 0; y < height; y++) {
    row.set(input.subarray(y * width, (y + 1) * width), 4);
    for (let x = 0; x < width; x++) {
      scratch[y * width + x] =
        w0 * (row[x + 4] ?? 0) +
        w1 * ((row[x + 3] ?? 0) + (row[x + 5] ?? 0)) +
        w2 * ((row[x + 2] ?? 0) + (row[x + 6] ?? 0)) +
        w3 * ((row[x + 1] ?? 0) + (row[x + 7] ?? 0)) +
        w4 * ((row[x] ?? 0) + (row[x + 8] ?? 0));
    }
  }
  const zeros = new Float32Array(width);
  const line = (y: number): Float32Array =>
    y < 0 || y >= height ? zeros : scratch.subarray(y * width, (y + 1) * width);
  for (let y = 0; y < height; y++) {
    const [a, b, c, d, e] = [line(y - 4), line(y - 3), line(y - 2), line(y - 1), line(y)];
    const [f, g, h, i] = [line(y + 1), line(y + 2), line(y + 3), line(y + 4)];
    for (let x = 0; x < width; x++) {
      output[y * width + x] =
        w0 * (e[x] ?? 0) +
        w1 * ((d[x] ?? 0) + (f[x] ?? 0)) +
        w2 * ((c[x] ?? 0) + (g[x] ?? 0)) +
        w3 * ((b[x] ?? 0) + (h[x] ?? 0)) +
        w4 * ((a[x] ?? 0) + (i[x] ?? 0));
    }
  }
}

/**
 * A Gaussian as a sum of three cosines that are all zero at the radius. Their weights follow from three conditions: the
 * kernel sums to 1, its second moment is sigma squared, and it lies closest to the true Gaussian. The third is the
 * paper's equation 52, which says that the weights are a combination of the continuous projections.
 */
function truncatedCosineKernel(sigma: number): number[] {
  const radius = Math.round(3.2795 * sigma + 0.2546);
  const omega = [1, 3, 5].map((odd) => (odd * Math.PI) / (2 * radius));
  const sign = [1, -1, 1];
  // What a cosine adds to the sum of the kernel (p) and to its second moment (r): equations 37 and 44.
  const p = omega.map((w, i) => (sign[i] ?? 0) / Math.tan(w / 2));
  const r = omega.map((w, i) => ((sign[i] ?? 0) * (p[i] ?? 0) ** 2) / Math.sin(w));
  const projection = omega.map((w) => Math.exp((-(sigma ** 2) * w ** 2) / 2) / radius);
  const cross = (i: number, j: number): number => (p[i] ?? 0) * (r[j] ?? 0) - (r[i] ?? 0) * (p[j] ?? 0);
  const zeta = [cross(1, 2) / cross(0, 1), cross(2, 0) / cross(0, 1), 1];
  const target = zeta.reduce((sum, value, i) => sum + value * (projection[i] ?? 0), 0);
  const weights = solve3([p, r, zeta], [1, radius ** 2 - sigma ** 2, target]);
  return Array.from({ length: radius }, (_, distance) =>
    omega.reduce((sum, w, i) => sum + (weights[i] ?? 0) * Math.cos(w * distance), 0),
  );
}

/** Cramer's rule. */
function solve3(rows: readonly (readonly number[])[], right: readonly number[]): number[] {
  const whole = determinant(rows);
  return [0, 1, 2].map(
    (column) => determinant(rows.map((row, i) => row.map((v, j) => (j === column ? (right[i] ?? 0) : v)))) / whole,
  );
}

function determinant(rows: readonly (readonly number[])[]): number {
  const [[a = 0, b = 0, c = 0] = [], [d = 0, e = 0, f = 0] = [], [g = 0, h = 0, i = 0] = []] = rows;
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}
