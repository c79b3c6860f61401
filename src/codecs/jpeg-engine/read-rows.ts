// A JPEG as rows of pixels, whole or at a half, a quarter or an eighth of its size. Memory is the source's entropy-coded
// bytes and a few rows, whatever the picture and however many scans it has, and is lent for the time of a reading only.
import type { ImageFailure } from "../../errors.ts";
import { jpegReaderBytes } from "../memory.ts";
import type { Picture } from "../picture.ts";
import type { Instances } from "../wasm-instances.ts";
import { colourModelOf } from "./colour.ts";
import { cutOff, failureOf, whereStopped } from "./failures.ts";
import { layOut, type PictureLayout, type Reduction } from "./layout.ts";
import { loadPicture } from "./load-picture.ts";
import { parsePicture } from "./markers.ts";
import { layOutSamples, type SampleLayout } from "./sample-layout.ts";
import { type EngineExports, type EngineStatus, rowColours, statusOf } from "./wasm-exports.ts";
import { checkWork } from "./work-limit.ts";

export interface OpenJpegOptions {
  /** 2, 4 and 8 average pixels as they are stored, gamma and all, as libjpeg's scaling does. */
  reduction?: Reduction;
  /** How far the wasm memory may grow while the picture is read. */
  maxMemoryBytes: number;
}

/** What is wrong with the markers is answered here, what is wrong with the data behind them by `read`. */
export function openJpeg(
  instances: Instances<EngineExports>,
  source: Uint8Array,
  { reduction = 1, maxMemoryBytes }: OpenJpegOptions,
): Picture | ImageFailure {
  const picture = parsePicture(source);
  if ("kind" in picture) return picture;
  const colour = colourModelOf(picture);
  const layout = withoutOutput(layOut(picture.frame, colour, "keep"));
  const refusal = checkWork(picture, layout);
  if (refusal?.kind === "truncated") return refusal;
  if (!picture.isComplete) return cutOff(picture);
  if (refusal) return refusal;
  // What the inks look like is up to a profile.
  if (colour === "cmyk" || colour === "ycck") return { kind: "unsupported_variant", variant: "a CMYK JPEG" };

  const wanted = { usualBytes: jpegReaderBytes(source.length, picture.frame.width), roomBytes: maxMemoryBytes };
  const samples = layOutSamples(picture.frame, layout, reduction);
  return {
    width: samples.width,
    height: samples.height,
    hasAlpha: false,
    isGrey: colour === "grey",
    read: (take) =>
      instances.use(wanted, (wasm) => {
        const attempt = { picture, capBytes: maxMemoryBytes, bytesPerPixel: 0, where: "" };
        const { steps } = picture;
        const loaded = loadPicture(wasm, source, picture, layout, { colour, steps, capBytes: maxMemoryBytes });
        const begun = loaded === "ok" ? begin(wasm, samples, rowColours.indexOf(colour)) : loaded;
        if (begun !== "ok") return failureOf(begun, attempt);
        for (let mcuRow = 0; mcuRow < layout.mcusHigh; mcuRow += 1) {
          const status = statusOf(wasm.readRows(mcuRow));
          if (status !== "ok") {
            const where = whereStopped(mcuRow, layout.mcusHigh, wasm.stoppedInScan(), picture);
            return failureOf(status, { ...attempt, where });
          }
          if (!take(rowsIn(wasm, samples.width))) return null;
        }
        return null;
      }),
  };
}

/** Neither tokens nor DC values are kept. */
function withoutOutput(layout: PictureLayout): PictureLayout {
  return { ...layout, components: layout.components.map((one) => ({ ...one, outWide: 0, outHigh: 0 })) };
}

function begin(wasm: EngineExports, samples: SampleLayout, colour: number): EngineStatus {
  const { width, height, mcuAcross, mcuDown, components } = samples;
  let status = statusOf(wasm.beginRows(width, height, mcuAcross, mcuDown, colour));
  for (const [index, one] of components.entries()) {
    if (status !== "ok") return status;
    status = statusOf(wasm.setPlane(index, one.across, one.down, one.width, one.height));
  }
  return status;
}

function rowsIn(wasm: EngineExports, width: number): Uint8Array {
  return new Uint8Array(wasm.memory.buffer, wasm.rowsAddress(), 4 * width * wasm.rowCount());
}
