// Pure. What the header of a JPEG XL says, as far as its frames.

import type { ImageFailure } from "../../errors.ts";
import { longestSide, type ForeignHeader } from "./header.ts";
import { createJxlBits } from "./jxl-bits.ts";
import { readJxlCodestream } from "./jxl-container.ts";
import { readJxlMetadata, type JxlMetadata } from "./jxl-metadata.ts";
import { readJxlSize } from "./jxl-size.ts";

export interface JxlHeader extends ForeignHeader, Omit<JxlMetadata, "isTurned"> {
  codestream: Uint8Array;
  /** As stored; `width` and `height` are as shown, upright. */
  storedWidth: number;
  storedHeight: number;
  variant: string | null;
}

const signatureBytes = 2;

export function readJxlHeader(bytes: Uint8Array): JxlHeader | ImageFailure {
  const codestream = readJxlCodestream(bytes);
  if ("kind" in codestream) return codestream;
  if (codestream[0] !== 0xff || codestream[1] !== 0x0a) {
    return codestream.length < signatureBytes
      ? { kind: "truncated", reason: "it ends in its header" }
      : { kind: "corrupt", reason: "its picture does not begin like one" };
  }
  const bits = createJxlBits(codestream, signatureBytes);
  const { width, height } = readJxlSize(bits);
  const metadata = readJxlMetadata(bits);
  if (bits.isPastEnd) return { kind: "truncated", reason: "it ends in its header" };
  if (Math.max(width, height) > longestSide) {
    return { kind: "unsupported_variant", variant: `a JPEG XL of ${width} x ${height} pixels` };
  }
  const { isTurned, ...rest } = metadata;
  return {
    kind: "image",
    ...(isTurned ? { width: height, height: width } : { width, height }),
    ...rest,
    codestream,
    storedWidth: width,
    storedHeight: height,
  };
}
