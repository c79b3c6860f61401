// Recognises files that are no text at all, so that a renamed workbook is called a workbook and not "missing columns".
import { unusable } from "./refusals.ts";

const signatures: readonly (readonly [start: string, kind: string])[] = [
  ["PK\u0003\u0004", "an Excel workbook (.xlsx) or another zip file"],
  ["\u00d0\u00cf\u0011\u00e0", "an Excel workbook (.xls)"],
  ["\u001f\u008b", "a gzip file"],
  ["%PDF", "a PDF"],
  ["\u0089PNG", "a PNG image"],
  ["\u00ff\u00d8\u00ff", "a JPEG image"],
  ["GIF8", "a GIF image"],
  ["RIFF", "a WebP image or another RIFF file"],
  ["{\\rtf", "an RTF document"],
  ["<!doctype html", "a web page"],
  ["<html", "a web page"],
  ["<?xml", "an XML file"],
];

/** @throws Problem `invalid_csv` when the first bytes are those of a well-known other kind of file. */
export function refuseOtherFiles(bytes: Uint8Array): void {
  const longestSignature = 16;
  const start = String.fromCharCode(...bytes.subarray(0, longestSignature)).toLowerCase();
  const found = signatures.find(([signature]) => start.startsWith(signature.toLowerCase()));
  if (found === undefined) return;
  const detail = `The file is ${found[1]}, not a CSV. Save or export it as CSV (UTF-8) and upload that file.`;
  throw unusable("invalid_csv", detail);
}
