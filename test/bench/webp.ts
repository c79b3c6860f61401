// The section about WebP: libwebp as we run it in wasm beside sharp's, which is native.
// Options: FOLDER, --rounds 3, --photo NAME, --no-curves.
import sharp from "sharp";
import { folderArgument } from "./arguments.ts";
import { measurePictures } from "./measure-pictures.ts";
import { writePictureReport } from "./picture-report.ts";
import { versionOf } from "./versions.ts";
import { encodeOurWebp, encodeSharpWebp } from "./webp-engines.ts";
import { findWebps } from "./webp-pictures.ts";

/** Null where there is no picture. */
export async function measureWebp(): Promise<string | null> {
  const started = Date.now();
  const folder = folderArgument();
  const contested = await measurePictures(await findWebps(folder), {
    ours: encodeOurWebp,
    peers: [["sharp", encodeSharpWebp]],
  });
  if (contested.rows.length === 0) return null;
  const remarks = [
    folder === null
      ? "The pictures of the PNG section as WebPs of quality 90, at most 1500 pixels a side."
      : "A folder given on the command line; where it holds no WebP, its pictures as WebPs of quality 90, at most 1500 pixels a side.",
    `Both are libwebp at method 4: of @jsquash/webp ${versionOf("@jsquash/webp")}, compiled to wasm with SIMD, and ${sharp.versions.webp}, native, in sharp. Of a lossless source ours also tries a lossless output.`,
  ];
  const seconds = (Date.now() - started) / 1000;
  return writePictureReport({ heading: "Codecs: WebP to WebP", ...contested, remarks, seconds });
}
