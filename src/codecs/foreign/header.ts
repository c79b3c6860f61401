/** What the header of a picture says that is only read here, never written. Nothing has been decoded. */
export interface ForeignHeader {
  kind: "image";
  width: number;
  height: number;
  hasAlpha: boolean;
  isGrey: boolean;
  animated: boolean;
}

/** Rows are held by themselves, and nothing that we write is wider. */
export const longestSide = 65_535;
