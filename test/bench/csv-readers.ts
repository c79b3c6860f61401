// The readers that are compared: from the bytes of an upload to what a program can go on with.
import Papa from "papaparse";
import { parseCsv } from "../../src/catalogue/csv.ts";
import { validateTable } from "../../src/catalogue/validate.ts";
import { Problem } from "../../src/errors.ts";

export const readers = {
  /** To products and image URLs, or to what is wrong with them. */
  halftone: (bytes: Uint8Array) => {
    try {
      return validateTable(parseCsv(bytes), { onInvalid: "skip", maxImages: 200_000 }).imagesTotal;
    } catch (error) {
      if (error instanceof Problem) return 0;
      throw error;
    }
  },
  /** To cells alone, as PapaParse does. */
  "halftone cells": (bytes: Uint8Array) => {
    let rows = 0;
    try {
      for (const { cells } of parseCsv(bytes).rows) rows += cells.length > 0 ? 1 : 0;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
    return rows;
  },
  /** To cells alone: nothing is looked at. */
  PapaParse: (bytes: Uint8Array) => {
    const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8";
    return Papa.parse(new TextDecoder(encoding).decode(bytes), { skipEmptyLines: true }).data.length;
  },
} as const satisfies Record<string, (bytes: Uint8Array) => number>;

export type ReaderName = keyof typeof readers;

export const readerNames = ["halftone", "halftone cells", "PapaParse"] as const satisfies readonly ReaderName[];
