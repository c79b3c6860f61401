// Files of a folder and all folders in it, by their names.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";

export interface Picture {
  name: string;
  bytes: Uint8Array;
}

/** Smaller ones say more of the fixed parts than of the picture. */
const leastBytes = 20_000;

/** Sorted; none where there is no such folder. */
export function filesBelow(folder: string, pattern: RegExp): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => pattern.test(name))
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).size > leastBytes)
      .sort();
  } catch {
    return [];
  }
}

export function readPicture(path: string): Picture {
  return { name: basename(path).replace(/\.[a-z]+$/i, ""), bytes: new Uint8Array(readFileSync(path)) };
}
