// Pure. The options that jobs of a run ask for, and whether an image is what they say, told from the options alone.
import type { Random } from "../support/random.ts";
import type { JobFormat } from "../../src/store/schema.ts";

export interface PlannedOptions {
  quality: number;
  format: JobFormat;
  scale: number;
  background: string;
  reuse: boolean;
}

export const plainOptions: PlannedOptions = {
  quality: 50,
  format: "keep",
  scale: 1,
  background: "#ffffff",
  reuse: true,
};

/** @param images of the job: AVIF takes ten times as long as the others, which is not what is tried here. */
export function planOptions(random: Random, images: number): PlannedOptions {
  const format = random.pick(["keep", "keep", "keep", "auto", "jpeg", "png", "webp", "avif"] as const);
  return {
    quality: random.pick([50, 50, 20, 80]),
    format: format === "avif" && images > 12 ? "webp" : format,
    scale: random.pick([1, 1, 0.5, 0.37]),
    background: random.pick(["#ffffff", "#c0ffee"]),
    reuse: random.chance(0.85),
  };
}

/** Whether what was made for the one may be handed out to the other. */
export function makeTheSame(one: PlannedOptions, other: PlannedOptions): boolean {
  const decisive = ["quality", "format", "scale", "background"] as const;
  return decisive.every((name) => one[name] === other[name]);
}

/** What the API says of an image that is handed out. */
export interface HandedOut {
  outcome: string;
  format: string;
  width: number;
  height: number;
  bytesIn: number;
  outputFormat: string;
  outputWidth: number;
  outputHeight: number;
  bytesOut: number;
}

/** What does not follow from the options, as a sentence; null where all does. */
export function breachOf({ format: asked, scale }: PlannedOptions, image: HandedOut): string | null {
  const { format, width, height, bytesIn, outputFormat, outputWidth, outputHeight, bytesOut } = image;
  const is = `${outputWidth} x ${outputHeight} ${outputFormat} of ${bytesOut} bytes`;
  if (image.outcome === "kept_original") {
    const isKept = format === outputFormat && width === outputWidth && height === outputHeight && bytesIn === bytesOut;
    return isKept ? null : `keeps a ${width} x ${height} ${format} of ${bytesIn} bytes as ${is}`;
  }
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  if (outputWidth !== side(width) || outputHeight !== side(height)) {
    return `makes ${is} of ${width} x ${height} at ${scale}`;
  }
  if (!formatsOf(asked, format).includes(outputFormat)) return `makes ${is} of ${format}, asked for ${asked}`;
  return bytesOut < bytesIn ? null : `makes ${is}, no smaller than ${bytesIn}`;
}

/** What a source may become: one that is not written keeps nothing, and `auto` is never AVIF. */
function formatsOf(asked: JobFormat, source: string): string[] {
  if (asked === "auto") return ["jpeg", "png", "webp"];
  if (asked !== "keep") return [asked];
  return ["jpeg", "png", "webp", "avif"].includes(source) ? [source] : ["jpeg", "png"];
}
