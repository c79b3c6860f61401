// One image in, the smallest file of the formats that were asked for out, or the reason why there is none. What its own
// codec re-encodes without pixels goes that way; the rest is opened and converted.

import { outcomeOf, type ImageFailure } from "../errors.ts";
import { convert, openSource, type Converted, type OpenSource } from "./convert.ts";
import { isOpaque } from "./opaque.ts";
import type { Probe, WrittenFormat } from "./probe.ts";
import { recompress } from "./recompress.ts";
import { scaledSize, type Size } from "./scale-engine/engine.ts";
import { knownTargets, targetsOf, type AskedFormat } from "./targets.ts";

export interface EncodeOptions {
  /** 1 to 100. */
  quality: number;
  format: AskedFormat;
  /** Above 0, at most 1: what width and height are multiplied by. */
  scale: number;
  /** `#rrggbb`, below a transparent picture that becomes a JPEG. */
  background: string;
  /** For all that is held beside the source. */
  budgetBytes: number;
}

export function encode(source: Uint8Array, image: Probe, options: EncodeOptions): Converted | ImageFailure {
  const size = scaledSize(image, options.scale);
  const opened: (OpenSource | ImageFailure)[] = [];
  // Once at most, and only when a target needs it.
  const open = (): OpenSource | ImageFailure => {
    const [first = openSource(source, image, { size, budgetBytes: options.budgetBytes })] = opened;
    opened[0] = first;
    return first;
  };
  try {
    return encodeBest(source, image, { ...options, size, open });
  } finally {
    for (const one of opened) if (one.kind === "open") one.picture.release?.();
  }
}

function encodeBest(
  source: Uint8Array,
  image: Probe,
  { size, open, ...options }: EncodeOptions & { size: Size; open: () => OpenSource | ImageFailure },
): Converted | ImageFailure {
  const targets = knownTargets(options.format, image.format) ?? findTargets(options.format, open());
  if ("kind" in targets) return targets;
  const background = readColour(options.background);
  let best: Converted | null = null;
  let reason: ImageFailure | null = null;
  for (const format of targets) {
    const mostBytes: number = (best?.bytes ?? source).length - 1;
    const result: Converted | ImageFailure =
      (format === image.format ? recompress(source, image, { ...options, size }) : null) ??
      convertFrom(open(), format, { quality: options.quality, background, mostBytes });
    // What is wrong with the source is wrong whatever it is written as.
    if (result.kind !== "compressed" && outcomeOf(result) === "failed") return result;
    if (result.kind !== "compressed") reason ??= result;
    else if (result.bytes.length <= mostBytes) best = result;
  }
  return best ?? reason ?? { kind: "already_small" };
}

function convertFrom(
  opened: OpenSource | ImageFailure,
  ...rest: [WrittenFormat, Parameters<typeof convert>[2]]
): Converted | ImageFailure {
  return opened.kind === "open" ? convert(opened, ...rest) : opened;
}

/** Whether a pixel is transparent is not in the header: many opaque pictures have an alpha channel. */
function findTargets(
  asked: EncodeOptions["format"],
  opened: OpenSource | ImageFailure,
): WrittenFormat[] | ImageFailure {
  if (opened.kind !== "open") return opened;
  const opaque = isOpaque(opened.picture);
  return typeof opaque === "boolean" ? targetsOf(asked === "auto" ? "auto" : "keep", !opaque) : opaque;
}

function readColour(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
