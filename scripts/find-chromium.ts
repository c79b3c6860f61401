// Where a Chromium is on this machine, for the tests of the page. Run by itself it prints the path, or fails.

import { accessSync, constants } from "node:fs";

const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** `CHROMIUM_PATH`, or where it usually is; null when there is none. */
export function findChromium(): string | null {
  const { CHROMIUM_PATH } = process.env;
  const places = CHROMIUM_PATH === undefined ? usualPlaces : [CHROMIUM_PATH];
  return places.find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

if (import.meta.main) {
  const path = findChromium();
  if (path === null) {
    console.error("No Chromium was found. Install one, or name it in CHROMIUM_PATH.");
    process.exit(1);
  }
  console.log(path);
}
