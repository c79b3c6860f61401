// SSIMULACRA2 2.1 (J. Sneyers, Cloudinary): how close a picture looks to its original, 100 for equal, about 90 for no
// visible difference, 70 for good, 50 for medium. Three error maps in XYB colour at six scales, two norms of each, one
// weighted sum. Written from the published method; agrees with the reference program within the noise of its floats.
import { blurPlane } from "./gaussian-blur.ts";
import type { Rgb } from "./pixels.ts";
import { weights } from "./ssimulacra2-weights.ts";

const scaleCount = 6;
const smallestSide = 8;

interface Planes {
  width: number;
  height: number;
  channels: Float32Array[];
}

/** What is needed of the original at one scale. */
interface ReferenceScale {
  xyb: Planes;
  means: Float32Array[];
  squares: Float32Array[];
}

export interface Ssimulacra2Reference {
  scales: ReferenceScale[];
}

/** The half of the work that depends on the original alone; both pictures are 8-bit sRGB. */
export function prepareReference(original: Rgb): Ssimulacra2Reference {
  return {
    scales: [...eachScale(original)].map((xyb) => ({
      xyb,
      means: xyb.channels.map((plane) => blurred(plane, xyb)),
      squares: xyb.channels.map((plane) => blurred(product(plane, plane), xyb)),
    })),
  };
}

export function ssimulacra2(reference: Ssimulacra2Reference, distorted: Rgb): number {
  // [channel][scale] = the two norms of the three maps, in the order of the weights.
  const norms: number[][][] = [[], [], []];
  let scale = 0;
  for (const xyb of eachScale(distorted)) {
    const original = reference.scales[scale++];
    if (original === undefined) throw new Error("the pictures differ in size");
    xyb.channels.forEach((plane, channel) => {
      norms[channel]?.push(compare(original, channel, plane, xyb));
    });
  }
  // A picture too small for a scale leaves its weights out and moves the rest up, as the reference program does.
  const errors = norms.flat(2);
  return scoreOf(errors.reduce((sum, error, i) => sum + error * (weights[i] ?? 0), 0));
}

/** The published mapping from weighted error to the scale of subjective scores. */
function scoreOf(error: number): number {
  const scaled = error * 0.9562382616834844;
  const bent = 2.326765642916932 * scaled - 0.020884521182843837 * scaled ** 2 + 6.248496625763138e-5 * scaled ** 3;
  return bent > 0 ? 100 - 10 * bent ** 0.6276336467831387 : 100;
}

/** 1-norm of structure, ringing and blur, then their 4-norms. */
function compare(original: ReferenceScale, channel: number, plane: Float32Array, size: Planes): number[] {
  const image1 = original.xyb.channels[channel] ?? new Float32Array();
  const mean1 = original.means[channel] ?? new Float32Array();
  const square1 = original.squares[channel] ?? new Float32Array();
  const mean2 = blurred(plane, size);
  const square2 = blurred(product(plane, plane), size);
  const both = blurred(product(image1, plane), size);
  const c2 = 0.0009;
  let [structure, structure4, ringing, ringing4, blur, blur4] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < plane.length; i++) {
    const m1 = mean1[i] ?? 0;
    const m2 = mean2[i] ?? 0;
    // SSIM without its luminance denominator: the planes are perceptually uniform already.
    const luminance = 1 - (m1 - m2) ** 2;
    const covariance = 2 * ((both[i] ?? 0) - m1 * m2) + c2;
    const variance = (square1[i] ?? 0) - m1 * m1 + ((square2[i] ?? 0) - m2 * m2) + c2;
    const dissimilarity = Math.max(0, 1 - (luminance * covariance) / variance);
    structure += dissimilarity;
    structure4 += dissimilarity ** 4;
    const edge1 = Math.abs((image1[i] ?? 0) - m1);
    const edge2 = Math.abs((plane[i] ?? 0) - m2);
    const difference = (1 + edge2) / (1 + edge1) - 1;
    if (difference > 0) {
      ringing += difference;
      ringing4 += difference ** 4;
    } else {
      blur -= difference;
      blur4 += difference ** 4;
    }
  }
  const count = plane.length;
  return [
    structure / count,
    ringing / count,
    blur / count,
    (structure4 / count) ** 0.25,
    (ringing4 / count) ** 0.25,
    (blur4 / count) ** 0.25,
  ];
}

/** The picture in XYB at 1:1, 1:2 and so on; halved in linear light. */
function* eachScale(picture: Rgb): Generator<Planes> {
  let linear = toLinear(picture);
  for (let scale = 0; scale < scaleCount; scale++) {
    if (linear.width < smallestSide || linear.height < smallestSide) return;
    if (scale > 0) linear = halved(linear);
    yield toXyb(linear);
  }
}

function toLinear({ width, height, data }: Rgb): Planes {
  const table = Float32Array.from({ length: 256 }, (_, value) => {
    const encoded = value / 255;
    return encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4;
  });
  const channels = [0, 1, 2].map((channel) => {
    const plane = new Float32Array(width * height);
    for (let i = 0; i < plane.length; i++) plane[i] = table[data[i * 3 + channel] ?? 0] ?? 0;
    return plane;
  });
  return { width, height, channels };
}

/** Means of 2 x 2; an odd edge counts twice. */
function halved({ width, height, channels }: Planes): Planes {
  const halfWidth = Math.ceil(width / 2);
  const halfHeight = Math.ceil(height / 2);
  const smaller = channels.map((plane) => {
    const half = new Float32Array(halfWidth * halfHeight);
    for (let y = 0; y < halfHeight; y++) {
      const upper = 2 * y * width;
      const lower = Math.min(2 * y + 1, height - 1) * width;
      for (let x = 0; x < halfWidth; x++) {
        const left = 2 * x;
        const right = Math.min(2 * x + 1, width - 1);
        const sum =
          (plane[upper + left] ?? 0) +
          (plane[upper + right] ?? 0) +
          (plane[lower + left] ?? 0) +
          (plane[lower + right] ?? 0);
        half[y * halfWidth + x] = sum / 4;
      }
    }
    return half;
  });
  return { width: halfWidth, height: halfHeight, channels: smaller };
}

/** Linear sRGB to the XYB of JPEG XL (ISO/IEC 18181-1), then shifted so that each channel lies between 0 and 1. */
function toXyb({ width, height, channels }: Planes): Planes {
  const [red = new Float32Array(), green = red, blue = red] = channels;
  const count = width * height;
  const [xs, ys, bs] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)];
  const bias = 0.0037930732552754493;
  const biasRoot = Math.cbrt(bias);
  const response = (mixed: number): number => Math.cbrt(Math.max(0, mixed + bias)) - biasRoot;
  for (let i = 0; i < count; i++) {
    const [r, g, b] = [red[i] ?? 0, green[i] ?? 0, blue[i] ?? 0];
    const long = response(0.3 * r + 0.622 * g + 0.078 * b);
    const medium = response(0.23 * r + 0.692 * g + 0.078 * b);
    const short = response(0.2434226892454782 * r + 0.2047674442449682 * g + 0.551809866509554 * b);
    const y = (long + medium) / 2;
    xs[i] = ((long - medium) / 2) * 14 + 0.42;
    ys[i] = y + 0.01;
    bs[i] = short - y + 0.55;
  }
  return { width, height, channels: [xs, ys, bs] };
}

function blurred(plane: Float32Array, { width, height }: Planes): Float32Array {
  const output = new Float32Array(plane.length);
  blurPlane(plane, output, new Float32Array(plane.length), width, height);
  return output;
}

function product(a: Float32Array, b: Float32Array): Float32Array {
  const result = new Float32Array(a.length);
  for (let i = 0; i < a.length; i++) result[i] = (a[i] ?? 0) * (b[i] ?? 0);
  return result;
}
