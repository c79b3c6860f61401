// Pure. How a picture of few colours is written: as a palette, or as grey where that is shorter or a grey profile asks
// for it.

import { colourTypes } from "./source.ts";

export interface OutputForm {
  colourType: number;
  depth: number;
  /** In a pixel. */
  samples: 1 | 2;
  /** Two bytes for each colour: what its pixels are written as. */
  values: Uint8Array;
  /** PLTE and tRNS; empty where there are none. */
  palette: Uint8Array;
  alphas: Uint8Array;
}

/** Whose colours the profile describes that goes into the output. */
export type ProfileKind = "none" | "grey" | "colour";

/**
 * `colours` holds four bytes each, the translucent ones first, of which only `used` are written. With a grey profile
 * all of them are grey.
 */
export function chooseForm(colours: Uint8Array, used: number[], profile: ProfileKind): OutputForm {
  const channel = (index: number, offset: number) => colours[4 * index + offset] ?? 0;
  const isOpaque = used.every((index) => channel(index, 3) === 255);
  const isGrey = used.every((i) => channel(i, 0) === channel(i, 1) && channel(i, 0) === channel(i, 2));
  const values = new Uint8Array(512);

  // A grey profile is valid with grey only, one for colour with colour only (W3C PNG, third edition, 11.3.2.3).
  const mustBeGrey = profile === "grey";
  const mayBeGrey = isGrey && profile !== "colour";
  const none = { palette: new Uint8Array(0), alphas: new Uint8Array(0) };
  if (mustBeGrey && !isOpaque) {
    for (const i of used) values.set([channel(i, 0), channel(i, 3)], 2 * i);
    return { colourType: colourTypes.greyAlpha, depth: 8, samples: 2, values, ...none };
  }
  const paletteDepth = used.length <= 2 ? 1 : used.length <= 4 ? 2 : used.length <= 16 ? 4 : 8;
  // A grey of d bits is repeated over the byte: 255 / (2^d - 1) divides it.
  const greyDepth = [1, 2, 4, 8].find((bits) => used.every((i) => channel(i, 0) % (255 / (2 ** bits - 1)) === 0)) ?? 8;
  if (mayBeGrey && isOpaque && (mustBeGrey || greyDepth <= paletteDepth)) {
    for (const i of used) values[2 * i] = channel(i, 0) >> (8 - greyDepth);
    return { colourType: colourTypes.grey, depth: greyDepth, samples: 1, values, ...none };
  }
  used.forEach((i, index) => (values[2 * i] = index));
  const translucent = used.filter((i) => channel(i, 3) !== 255).length;
  return {
    colourType: colourTypes.palette,
    depth: paletteDepth,
    samples: 1,
    values,
    palette: Uint8Array.from(used.flatMap((i) => [channel(i, 0), channel(i, 1), channel(i, 2)])),
    alphas: Uint8Array.from(used.slice(0, translucent).map((i) => channel(i, 3))),
  };
}
