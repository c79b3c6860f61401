// The WebPs of a run: those of somebody's folder or, where there are none, its other pictures as WebPs; without a folder
// the pictures of the PNG section as such.
import sharp from "sharp";
import { filesBelow, type Picture, readPicture } from "./files-below.ts";
import { findPngs } from "./png-pictures.ts";

/** So that what is made fits the memory of a Worker, beyond which a WebP is kept as it is. */
const longestSide = 1500;

export async function findWebps(folder: string | null): Promise<Picture[]> {
  if (folder === null) return await asWebps(await findPngs(null));
  const own = filesBelow(folder, /\.webp$/i);
  return own.length > 0 ? own.map(readPicture) : await asWebps(filesBelow(folder, /\.(png|jpe?g)$/i).map(readPicture));
}

async function asWebps(pictures: readonly Picture[]): Promise<Picture[]> {
  return await Promise.all(
    pictures.map(async ({ name, bytes }) => {
      const webp = await sharp(bytes, { limitInputPixels: false })
        .resize(longestSide, longestSide, { fit: "inside", withoutEnlargement: true })
        .webp({ quality: 90 })
        .toBuffer();
      return { name, bytes: new Uint8Array(webp) };
    }),
  );
}
