// The pictures that need the most memory, each at the gate of its format: the largest that is not kept as it is.
import sharp from "sharp";
import type { Sharp } from "sharp";
import { pixelBudget, pixelLimit } from "../../../src/codecs/memory.ts";
import type { PixelPath } from "../../../src/codecs/memory.ts";
import { hugePhoto } from "../huge-photo.ts";
import type { Photo } from "../photos.ts";
import { jpegXlOf } from "./jpeg-xl.ts";

export interface MemoryCase {
  name: string;
  contentType: string;
  /** Of the job. */
  options: Record<string, string>;
  make: (photos: readonly Photo[]) => Promise<Uint8Array>;
}

/** A photo as large as its path through the codecs allows. */
async function atGate(path: PixelPath, photos: readonly Photo[]): Promise<Sharp> {
  return sized(pixelLimit(path, pixelBudget()), photos);
}

/** A photo of so many pixels, at 4:3; blown up where there is none so large. */
async function sized(pixels: number, photos: readonly Photo[]): Promise<Sharp> {
  const width = Math.floor(Math.sqrt((pixels * 4) / 3));
  const height = Math.floor(pixels / width);
  // The one that is hardest to compress takes the most.
  const [photo] = photos.toSorted((a, b) => b.bytes.length - a.bytes.length);
  return sharp(photo?.bytes, { limitInputPixels: false }).resize(width, height, { fit: "cover" });
}

const bytesOf = async (picture: Sharp) => new Uint8Array(await picture.toBuffer());

export const memoryCases: MemoryCase[] = [
  {
    name: "JPEG, 100 MP",
    contentType: "image/jpeg",
    options: {},
    make: async (photos) => (await hugePhoto(photos)).bytes,
  },
  {
    name: "JPEG, progressive, 24 MP",
    contentType: "image/jpeg",
    options: {},
    make: async (photos) => bytesOf((await sized(24e6, photos)).jpeg({ quality: 92, progressive: true })),
  },
  {
    name: "PNG, a photo of 8 MP",
    contentType: "image/png",
    options: {},
    make: async (photos) => bytesOf((await sized(8e6, photos)).png({ compressionLevel: 6 })),
  },
  {
    name: "PNG, interlaced, at its gate",
    contentType: "image/png",
    options: {},
    make: async (photos) =>
      bytesOf((await atGate("png-interlaced", photos)).png({ progressive: true, palette: true, quality: 90 })),
  },
  {
    name: "WebP, at its gate",
    contentType: "image/webp",
    options: {},
    make: async (photos) => bytesOf((await atGate("webp", photos)).webp({ quality: 92 })),
  },
  {
    name: "WebP without loss, at its gate",
    contentType: "image/webp",
    options: {},
    make: async (photos) => bytesOf((await atGate("webp-lossless", photos)).webp({ lossless: true })),
  },
  {
    name: "AVIF, at its gate",
    contentType: "image/avif",
    options: {},
    make: async (photos) => bytesOf((await atGate("avif", photos)).avif({ quality: 60, effort: 2 })),
  },
  {
    name: "GIF, 12 MP",
    contentType: "image/gif",
    options: {},
    make: async (photos) => bytesOf((await sized(12e6, photos)).gif({ effort: 1, dither: 0 })),
  },
  {
    name: "TIFF, 12 MP, Deflate",
    contentType: "image/tiff",
    options: {},
    make: async (photos) => bytesOf((await sized(12e6, photos)).tiff({ compression: "deflate" })),
  },
  {
    name: "JPEG XL, at its gate",
    contentType: "image/jxl",
    options: {},
    make: async (photos) => jpegXlOf(await atGate("jxl", photos), 90),
  },
  {
    name: "JPEG of 12 MP to half its width",
    contentType: "image/jpeg",
    options: { scale: "0.5" },
    make: async (photos) => bytesOf((await sized(12e6, photos)).jpeg({ quality: 92 })),
  },
  {
    name: "JPEG to WebP, 4 MP",
    contentType: "image/jpeg",
    options: { format: "webp" },
    make: async (photos) => bytesOf((await sized(4e6, photos)).jpeg({ quality: 92 })),
  },
  {
    name: "JPEG to AVIF, 12 MP",
    contentType: "image/jpeg",
    options: { format: "avif" },
    make: async (photos) => bytesOf((await sized(12e6, photos)).jpeg({ quality: 92 })),
  },
];
