// Pure. What a JPEG says of itself, read by the marker parser of the engine: the header, and whether the file is whole.

import type { ImageFailure } from "../errors.ts";
import { parsePicture } from "./jpeg-engine/markers.ts";
import { probeJpeg } from "./jpeg-engine/probe.ts";
import type { CoefficientProbe } from "./probe.ts";

export function readJpegHeader(bytes: Uint8Array): CoefficientProbe | ImageFailure {
  const header = probeJpeg(bytes);
  if (header.kind !== "jpeg" && header.kind !== "unsupported_variant") return header;
  return {
    kind: "image",
    format: "jpeg",
    width: header.width,
    height: header.height,
    animated: false,
    variant: header.kind === "jpeg" ? null : header.variant,
  };
}

/** Null when every segment is as it must be and the end-of-image marker is there. Bytes behind it are allowed. */
export function checkJpegStructure(bytes: Uint8Array): ImageFailure | null {
  const picture = parsePicture(bytes);
  if ("kind" in picture) return picture;
  return picture.isComplete ? null : { kind: "truncated", reason: "the file ends without its end marker" };
}
