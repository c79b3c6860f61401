/** What the header of a picture says that is only read here, never written. Nothing has been decoded. */
export interface ForeignHeader {
  kind: "image";
  width: number;
  height: number;
  hasAlpha: boolean;
  isGrey: boolean;
  animated: boolean;
  /** Names a kind of the format that is kept as it is. */
  variant?: string | null;
}

/** Rows are held by themselves, and nothing that we write is wider. */
export const longestSide = 65_535;
