// Opens a still JPEG XL through @jsquash/jxl (libjxl), decoded whole. Its pixels come upright and, through skcms, in sRGB,
// whatever colours and bits the file has; so neither orientation nor profile goes with them.

import createDecoder from "@jsquash/jxl/codec/dec/jxl_dec.js";
import type { ImageFailure } from "../../errors.ts";
import { createEngine } from "../emscripten.ts";
import decoderWasm from "../jsquash/jxl_dec.wasm";
import { decoderBytes, densePixelLimit, pixelLimit, wasmRoom } from "../memory.ts";
import type { Picture } from "../picture.ts";
import { pictureOf, type Pixels } from "../pixels.ts";
import { readJxlHeader } from "./jxl-header.ts";

interface Decoder {
  /** Null for damaged files and for cut ones: it hands out no part of a picture. */
  decode(source: Uint8Array): Pixels | null;
}

/** Its data and stack. */
const leastBytes = 256 * 1024;

export const jxlDecoder = createEngine<Decoder>(createDecoder, decoderWasm, leastBytes);

export function openJxl(bytes: Uint8Array, { budgetBytes }: { budgetBytes: number }): Picture | ImageFailure {
  const header = readJxlHeader(bytes);
  if (header.kind !== "image") return header;
  const { width, height, hasAlpha, isGrey, animated, variant, codestream } = header;
  if (animated) return { kind: "animated", format: "JPEG XL" };
  if (variant !== null) return { kind: "unsupported_variant", variant };
  const limitPixels = pixelLimit("jxl", budgetBytes);
  if (width * height > limitPixels) return { kind: "too_large_for_memory", width, height, limitPixels };

  const room = { roomBytes: wasmRoom(budgetBytes), usualBytes: decoderBytes("jxl", width * height) };
  const decoded = jxlDecoder.run(room, (module) => module.decode(codestream));
  if (decoded.kind === "out_of_memory") {
    return { kind: "too_large_for_memory", width, height, limitPixels: densePixelLimit("jxl", budgetBytes) };
  }
  if (decoded.kind === "refused")
    return { kind: "corrupt", reason: "the JPEG XL decoder cannot read it; it may be cut off" };
  const pixels = decoded.result;
  if (pixels.width !== width || pixels.height !== height) {
    return {
      kind: "corrupt",
      reason: `it claims ${width} x ${height} pixels and holds ${pixels.width} x ${pixels.height}`,
    };
  }
  if (isGrey) makeGrey(pixels.data);
  // Some have an alpha channel whatever they show.
  return hasAlpha && !isGrey ? pictureOf(pixels) : pictureOf(pixels, { hasAlpha, isGrey });
}

/** Its way to sRGB leaves grey off by one. */
function makeGrey(rgba: Pixels["data"]): void {
  for (let at = 0; at < rgba.length; at += 4) rgba[at] = rgba[at + 2] = rgba[at + 1] ?? 0;
}
