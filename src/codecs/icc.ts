// Pure. As much of ICC profiles (ICC.1:2022) as is needed to carry colours from one format to another: which kind of
// colours a profile is for, and a profile for colours that a PNG describes in its own words.

/** x and y of CIE 1931. */
export type Chromaticity = readonly [x: number, y: number];

export interface Primaries {
  white: Chromaticity;
  red: Chromaticity;
  green: Chromaticity;
  blue: Chromaticity;
}

/** From a sample of 0 to 1 to light: a power, or the curve of sRGB (IEC 61966-2-1). */
export type Transfer = { gamma: number } | "srgb";

export const srgbPrimaries: Primaries = {
  white: [0.3127, 0.329],
  red: [0.64, 0.33],
  green: [0.3, 0.6],
  blue: [0.15, 0.06],
};

export const displayP3Primaries: Primaries = { ...srgbPrimaries, red: [0.68, 0.32], green: [0.265, 0.69] };

type Vector = [number, number, number];
type Matrix = [Vector, Vector, Vector];

const headerBytes = 128;
/** The profile connection space's white (7.2.16). */
const d50: Vector = [0.9642, 1, 0.8249];
/** Cone responses after Bradford (Annex E). */
const bradford: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

/** What the samples are of that a profile speaks of; null where it is no profile. */
export function coloursOfProfile(profile: Uint8Array): "grey" | "rgb" | "other" | null {
  if (profile.length < headerBytes || text(profile, 36, 4) !== "acsp") return null;
  const space = text(profile, 16, 4);
  return space === "GRAY" ? "grey" : space === "RGB " ? "rgb" : "other";
}

/** A display profile of version 4 that consists of three primaries and one curve; null where they span no space. */
export function writeProfile(primaries: Primaries, transfer: Transfer): Uint8Array | null {
  const matrix = toD50(primaries);
  if (matrix === null) return null;
  const curve = parametricCurve(transfer);
  const tags: [signature: string, data: Uint8Array][] = [
    ["desc", unicodeText("RGB as described by the source")],
    ["cprt", unicodeText("No rights reserved")],
    ["wtpt", xyz(d50)],
    ["rXYZ", xyz(column(matrix, 0))],
    ["gXYZ", xyz(column(matrix, 1))],
    ["bXYZ", xyz(column(matrix, 2))],
    ["rTRC", curve],
    ["gTRC", curve],
    ["bTRC", curve],
  ];
  const profile = new Uint8Array(
    headerBytes + 4 + tags.length * 12 + tags.reduce((sum, [, data]) => sum + data.length, 0),
  );
  const view = new DataView(profile.buffer);
  view.setUint32(0, profile.length);
  view.setUint32(8, 0x04400000);
  put(profile, 12, "mntrRGB XYZ ");
  put(profile, 36, "acsp");
  profile.set(xyz(d50).subarray(8), 68);
  view.setUint32(headerBytes, tags.length);
  let at = headerBytes + 4 + tags.length * 12;
  for (const [index, [signature, data]] of tags.entries()) {
    const entry = headerBytes + 4 + index * 12;
    put(profile, entry, signature);
    view.setUint32(entry + 4, at);
    view.setUint32(entry + 8, data.length);
    profile.set(data, at);
    at += data.length;
  }
  return profile;
}

/** The primaries as columns of XYZ, scaled so that together they make the white, and adapted to D50. */
function toD50({ white, red, green, blue }: Primaries): Matrix | null {
  if ([white, red, green, blue].some(([, y]) => y <= 0)) return null;
  const [r, g, b, w] = [red, green, blue, white].map(([x, y]): Vector => [x / y, 1, (1 - x - y) / y]);
  if (r === undefined || g === undefined || b === undefined || w === undefined) return null;
  const unscaled: Matrix = [
    [r[0], g[0], b[0]],
    [r[1], g[1], b[1]],
    [r[2], g[2], b[2]],
  ];
  const inverted = invert(unscaled);
  const responses = invert(bradford);
  if (inverted === null || responses === null) return null;
  const scale = applied(inverted, w);
  const native = unscaled.map((row): Vector => [row[0] * scale[0], row[1] * scale[1], row[2] * scale[2]]);
  const from = applied(bradford, w);
  const to = applied(bradford, d50);
  const adapt = (vector: Vector): Vector => {
    const cones = applied(bradford, vector);
    return applied(responses, [
      (cones[0] * to[0]) / from[0],
      (cones[1] * to[1]) / from[1],
      (cones[2] * to[2]) / from[2],
    ]);
  };
  const [first, second, third] = [0, 1, 2].map((index) => adapt(column(native, index)));
  if (first === undefined || second === undefined || third === undefined) return null;
  return [
    [first[0], second[0], third[0]],
    [first[1], second[1], third[1]],
    [first[2], second[2], third[2]],
  ];
}

function column(matrix: readonly Vector[], index: number): Vector {
  return [matrix[0]?.[index] ?? 0, matrix[1]?.[index] ?? 0, matrix[2]?.[index] ?? 0];
}

function applied([a, b, c]: Matrix, vector: Vector): Vector {
  const dot = (row: Vector): number => row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2];
  return [dot(a), dot(b), dot(c)];
}

/** By Cramer's rule; null where there is none. */
function invert([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix | null {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (Math.abs(determinant) < 1e-9) return null;
  const k = 1 / determinant;
  return [
    [(e * i - f * h) * k, (c * h - b * i) * k, (b * f - c * e) * k],
    [(f * g - d * i) * k, (a * i - c * g) * k, (c * d - a * f) * k],
    [(d * h - e * g) * k, (b * g - a * h) * k, (a * e - b * d) * k],
  ];
}

/** 10.31: XYZType with one triple of s15Fixed16. */
function xyz(values: Vector): Uint8Array {
  return fixedPoint("XYZ ", [], values);
}

/** 10.18: parametricCurveType, function 0 or 3. */
function parametricCurve(transfer: Transfer): Uint8Array {
  if (transfer !== "srgb") return fixedPoint("para", [0, 0, 0, 0], [transfer.gamma]);
  return fixedPoint("para", [0, 3, 0, 0], [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]);
}

function fixedPoint(type: string, head: number[], values: readonly number[]): Uint8Array {
  const data = new Uint8Array(8 + head.length + 4 * values.length);
  put(data, 0, type);
  data.set(head, 8);
  const view = new DataView(data.buffer);
  values.forEach((value, index) => view.setInt32(8 + head.length + 4 * index, Math.round(value * 65_536)));
  return data;
}

/** 10.15: multiLocalizedUnicodeType with one record, filled up to four bytes as all tags are. */
function unicodeText(words: string): Uint8Array {
  const data = new Uint8Array(28 + Math.ceil((2 * words.length) / 4) * 4);
  const view = new DataView(data.buffer);
  put(data, 0, "mluc");
  view.setUint32(8, 1);
  view.setUint32(12, 12);
  put(data, 16, "enUS");
  view.setUint32(20, 2 * words.length);
  view.setUint32(24, 28);
  for (let index = 0; index < words.length; index++) view.setUint16(28 + 2 * index, words.charCodeAt(index));
  return data;
}

function put(bytes: Uint8Array, at: number, ascii: string): void {
  for (let index = 0; index < ascii.length; index++) bytes[at + index] = ascii.charCodeAt(index);
}

function text(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
