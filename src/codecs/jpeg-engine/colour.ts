// What the components of a JPEG mean. T.81 does not say; this is what libjpeg, and with it nearly every decoder, does.
import type { JpegHeader } from "./markers.ts";

export type ColourModel = "grey" | "ycbcr" | "rgb" | "cmyk" | "ycck";

export function colourModelOf({ frame, extras }: JpegHeader): ColourModel {
  if (frame.components.length === 1) return "grey";
  if (frame.components.length === 4) return extras.adobeTransform === 2 ? "ycck" : "cmyk";
  // JFIF allows nothing else, and wins over an Adobe segment beside it.
  if (extras.jfif) return "ycbcr";
  if (extras.adobeTransform !== null) return extras.adobeTransform === 0 ? "rgb" : "ycbcr";
  const ids = frame.components.map((component) => component.id);
  return String.fromCharCode(...ids) === "RGB" ? "rgb" : "ycbcr";
}
