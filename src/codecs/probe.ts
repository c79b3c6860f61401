import type { PixelPath } from "./memory.ts";

export type Format = "jpeg" | "png" | "webp";

/** What the header of an image says. Nothing behind the header has been looked at. */
export interface Probe {
  kind: "image";
  format: Format;
  /** As stored; an EXIF orientation of 5 to 8 shows them exchanged. */
  width: number;
  height: number;
  animated: boolean;
  /** Names a kind of the format that no codec here re-encodes; null for all others. */
  variant: string | null;
  /** The row of the memory table. */
  path: PixelPath;
}
