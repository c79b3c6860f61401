// Random valid JPEGs: everything T.81 allows an 8-bit Huffman file to be, chosen by a seed. What is not left to chance
// can be fixed by the caller.
import { createImage, type CoefficientImage, type ComponentShape } from "./coefficients.ts";
import { metadataSegments } from "./metadata.ts";
import { annexKSteps } from "./quantisation.ts";
import { createRandom, type Random } from "../random.ts";
import { oneSequentialScan, randomProgressiveScript, randomSequentialScript } from "./random-script.ts";
import { fillWithNoise, fillWithPicture, randomPicture } from "./sample-picture.ts";
import { plainOptions, writeJpeg, type Scan, type WriteOptions } from "./write-jpeg.ts";

/** Hi x Vi of each component. */
export const samplings = {
  grey: [[1, 1]],
  greyOddFactors: [[2, 2]],
  "4:4:4": [
    [1, 1],
    [1, 1],
    [1, 1],
  ],
  "4:4:4 doubled": [
    [2, 1],
    [2, 1],
    [2, 1],
  ],
  "4:2:2": [
    [2, 1],
    [1, 1],
    [1, 1],
  ],
  "4:4:0": [
    [1, 2],
    [1, 1],
    [1, 1],
  ],
  "4:2:0": [
    [2, 2],
    [1, 1],
    [1, 1],
  ],
  "4:1:1": [
    [4, 1],
    [1, 1],
    [1, 1],
  ],
  "4:1:0": [
    [4, 2],
    [1, 1],
    [1, 1],
  ],
  "mixed chroma": [
    [2, 2],
    [2, 1],
    [1, 2],
  ],
  "chroma above luma": [
    [1, 1],
    [2, 2],
    [1, 1],
  ],
  cmyk: [
    [1, 1],
    [1, 1],
    [1, 1],
    [1, 1],
  ],
  "cmyk 4:2:0": [
    [2, 2],
    [1, 1],
    [1, 1],
    [2, 2],
  ],
} as const satisfies Record<string, readonly (readonly [number, number])[]>;

export type Sampling = keyof typeof samplings;

export interface JpegChoices {
  width: number;
  height: number;
  sampling: Sampling;
  process: "baseline" | "extended" | "progressive";
  content: "picture" | "noise";
  quality: number;
  /** More than one scan where the process is sequential. */
  multiScan: boolean;
  restarts: boolean;
  /** Fill bytes, wide tables, own and bent Huffman tables, metadata. */
  ornaments: boolean;
  /** libjpeg reads no DNL, so the judge by sharp must do without. */
  numberOfLinesLater: boolean;
  /** Bytes before SOI and after EOI. */
  junk: boolean;
  metadata: "none" | "jfif" | "adobe-rgb" | "full";
}

export interface RandomJpeg {
  bytes: Uint8Array;
  image: CoefficientImage;
  choices: JpegChoices;
  scans: Scan[];
}

export function randomJpeg(seed: number, fixed: Partial<JpegChoices> = {}): RandomJpeg {
  const random = createRandom(seed);
  const choices = { ...choose(random), ...fixed };
  const image = randomImage(choices, random);
  const options = randomOptions(image, choices, random);
  return { bytes: writeJpeg(image, options), image, choices, scans: options.scans };
}

/** Where a test fails, its seed and this line say what it was. */
export function describeChoices({ width, height, sampling, process, content, quality }: JpegChoices): string {
  return `${width}x${height} ${sampling} ${process} ${content} q${quality}`;
}

function choose(random: Random): JpegChoices {
  const small = random.chance(0.3);
  return {
    width: random.integer(1, small ? 9 : 70),
    height: random.integer(1, small ? 9 : 70),
    sampling: random.pick(Object.keys(samplings).filter((name): name is Sampling => name in samplings)),
    process: random.pick(["baseline", "extended", "progressive", "progressive"]),
    content: random.chance(0.75) ? "picture" : "noise",
    quality: random.pick([20, 50, 75, 85, 92, 98, 100]),
    multiScan: random.chance(0.3),
    restarts: random.chance(0.35),
    ornaments: random.chance(0.5),
    numberOfLinesLater: random.chance(0.06),
    junk: random.chance(0.1),
    metadata: random.pick(["none", "jfif", "jfif", "full"]),
  };
}

function randomImage(choices: JpegChoices, random: Random): CoefficientImage {
  const factors: readonly (readonly [number, number])[] = samplings[choices.sampling];
  const firstId = random.pick([1, 1, 1, 0, 100]);
  const shapes = factors.map(([horizontal, vertical], index): ComponentShape => ({
    id: firstId + index,
    horizontal,
    vertical,
  }));
  const image = createImage(choices.width, choices.height, shapes);
  image.components.forEach((component, index) => {
    const isColour = index === 1 || index === 2;
    component.steps = annexKSteps(isColour ? "chrominance" : "luminance", choices.quality);
    // Steps past a byte, as quality below 25 gives where 16 bits are allowed.
    if (choices.process !== "baseline" && choices.ornaments && random.chance(0.2)) component.steps[63] = 700;
  });
  if (choices.content === "picture") fillWithPicture(image, randomPicture(random));
  else fillWithNoise(image, random);
  return image;
}

function randomOptions(image: CoefficientImage, choices: JpegChoices, random: Random): WriteOptions {
  const frameMarker = ({ baseline: 0xc0, extended: 0xc1, progressive: 0xc2 } as const)[choices.process];
  const restart = (): number => (choices.restarts ? random.pick([0, 1, 2, 3, 7, 40]) : 0);
  const options: WriteOptions = {
    ...plainOptions,
    frameMarker,
    scans: randomScans(image, choices, random, restart),
    numberOfLinesLater: choices.numberOfLinesLater,
    segments: metadataSegments(choices.metadata, image.components.length, random),
  };
  if (choices.junk) {
    options.leading = withoutMarkers(random.bytes(random.integer(0, 20)));
    options.trailing = random.bytes(random.integer(0, 200));
  }
  if (choices.ornaments) {
    options.fillBytes = random.pick([0, 0, 1, 3]);
    // 16-bit tables are for extended and progressive (B.2.4.1), yet found in baseline files too.
    options.wideSteps = random.chance(0.3);
    options.ownTables = random.chance(0.5);
    options.longestRun = random.pick([0x7fff, 0x7fff, 1, 5, 100]);
    // Weights this uneven give codes of 16 bits.
    if (random.chance(0.3)) options.bendFrequency = (frequency) => frequency * 3 ** random.integer(0, 18);
  }
  return options;
}

function randomScans(
  image: CoefficientImage,
  { process, multiScan }: JpegChoices,
  random: Random,
  restart: () => number,
): Scan[] {
  if (process === "progressive") return randomProgressiveScript(image, random, restart);
  const blocks = image.components.reduce((sum, { horizontal, vertical }) => sum + horizontal * vertical, 0);
  if (multiScan || blocks > 10) return randomSequentialScript(image, random, restart);
  return oneSequentialScan(image, restart());
}

function withoutMarkers(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (byte === 0xff ? 0xfe : byte));
}
