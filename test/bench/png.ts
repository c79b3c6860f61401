// The section about PNG: our engine beside sharp's palette and, where it is installed, pngquant.
// Options: FOLDER, --rounds 3, --photo NAME, --no-curves.
import { folderArgument } from "./arguments.ts";
import { measurePictures } from "./measure-pictures.ts";
import { writePictureReport } from "./picture-report.ts";
import { encodeOurs, encodePngquant, encodeSharp, hasPngquant } from "./png-engines.ts";
import { findPngs } from "./png-pictures.ts";

/** Null where there is no PNG. */
export async function measurePng(): Promise<string | null> {
  const started = Date.now();
  const folder = folderArgument();
  const peers = [["sharp", encodeSharp], ...(hasPngquant() ? [["pngquant", encodePngquant] as const] : [])] as const;
  const contested = await measurePictures(await findPngs(folder), { ours: encodeOurs, peers });
  if (contested.rows.length === 0) return null;
  const remarks = [
    folder === null
      ? "Wallpapers of mate-backgrounds and, made of its photographs and those of lomiri-wallpapers, photographs, products on white and cut out (`npm run corpus`)."
      : "A folder given on the command line.",
    "sharp writes a palette (`png({ palette: true, quality: 50 })`); pngquant is a program of its own, whose start is counted (`--quality 0-50 --speed 4`).",
  ];
  const seconds = (Date.now() - started) / 1000;
  return writePictureReport({ heading: "Codecs: PNG to PNG", ...contested, remarks, seconds });
}
