// Sound files of all formats but JPEG: what libvips writes, and what no encoder at hand does.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { assembleAvif } from "../../src/codecs/avif-assemble.ts";
import { joinBytes } from "../../src/codecs/join-bytes.ts";
import { type BitmapSample, writeBitmap, writeIcon } from "../codecs/foreign/bitmaps.ts";
import { writeGif } from "../codecs/foreign/gifs.ts";
import { box, boxed, framesOf, piece, writeJxl } from "../codecs/foreign/jxls.ts";
import { writeTiff } from "../codecs/foreign/tiffs.ts";
import { paint, paintWithAlpha } from "../fixtures/images/paint.ts";

type Named = [name: string, bytes: Uint8Array];

const [width, height] = [70, 50];
const photo = () => sharp(paint(width, height), { raw: { width, height, channels: 3 } });
const shot = () => sharp(paintWithAlpha(width, height), { raw: { width, height, channels: 4 } });
const grey = () => photo().greyscale();
const carried = { IFD0: { Copyright: "(c) 2026 Example", Orientation: "6" } };

export async function avifFiles(): Promise<Named[]> {
  const fast = { effort: 0, quality: 60 };
  const cell = await written(
    sharp(paint(64, 64), { raw: { width: 64, height: 64, channels: 3 } }).avif({ ...fast, chromaSubsampling: "4:4:4" }),
  );
  const grid = { width: 150, height: 100, columns: 3, rows: 2, cellWidth: 64, cellHeight: 64, halvesColours: false };
  const metadata = { orientation: 6, copyright: new TextEncoder().encode("(c) 2026 Example"), profile: null };
  return [
    ...(await Promise.all([
      named("4:2:0", photo().avif({ ...fast, chromaSubsampling: "4:2:0" })),
      named("4:4:4", photo().avif({ ...fast, chromaSubsampling: "4:4:4" })),
      named("10 bits", photo().avif({ ...fast, bitdepth: 10 })),
      named("alpha", shot().avif(fast)),
      named("grey", grey().avif(fast)),
      named("profile", photo().withIccProfile("p3").withExif(carried).avif(fast)),
    ])),
    [
      "grid",
      assembleAvif(
        Array.from({ length: 6 }, () => cell),
        grid,
        { isOpaque: true, metadata },
      ),
    ],
  ];
}

export function jxlFiles(): Named[] {
  const fixture = (name: string) =>
    new Uint8Array(readFileSync(join(import.meta.dirname, "..", "fixtures", "images", name)));
  const [lossy, lossless] = [fixture("photo.jxl"), fixture("lossless.jxl")];
  const size = { width: 64, height: 48 };
  return [
    ["in a box", boxed(box("Exif", new Uint8Array(40)), box("jxlc", lossless))],
    ["in pieces", boxed(piece(0, false, lossy.subarray(0, 40)), piece(1, true, lossy.subarray(40)))],
    ["turned", writeJxl({ ...size, orientation: 6 }, framesOf(lossy))],
    ["P3", writeJxl({ ...size, isXyb: false, colours: { primaries: 11 } }, framesOf(lossless))],
    ["grey to be", writeJxl({ ...size, colours: { space: 1 } }, framesOf(lossy))],
    ["HLG", writeJxl({ ...size, colours: { transfer: 18 } }, framesOf(lossy))],
  ];
}

export async function gifFiles(): Promise<Named[]> {
  return await Promise.all([
    named("in order", photo().gif({ effort: 1 })),
    named("interlaced", photo().gif({ effort: 1, progressive: true })),
    named("two colours", photo().gif({ effort: 1, colours: 2 })),
    named("transparent", shot().gif({ effort: 1 })),
    named(
      "animated",
      sharp([await written(photo().png()), await written(grey().png())], { join: { animated: true } }).gif(),
    ),
  ]);
}

export async function tiffFiles(): Promise<Named[]> {
  const tile = { tile: true, tileWidth: 32, tileHeight: 16 };
  const kinds = [
    { compression: "none" },
    { compression: "none", bigtiff: true },
    { compression: "none", predictor: "horizontal", ...tile },
    { compression: "lzw", predictor: "horizontal" },
    { compression: "lzw", predictor: "none", ...tile },
    { compression: "deflate", predictor: "horizontal" },
    { compression: "deflate", predictor: "none", ...tile },
    { compression: "packbits" },
    { compression: "packbits", ...tile },
    { compression: "jpeg" },
  ] as const;
  return await Promise.all([
    ...kinds.flatMap((kind) => [
      named(JSON.stringify(kind), photo().tiff(kind)),
      named(`${JSON.stringify(kind)}, grey`, grey().tiff(kind)),
    ]),
    named("alpha", shot().tiff({ compression: "lzw" })),
    named("palette", grey().tiff({ compression: "none", bitdepth: 4 })),
    named("one bit", grey().tiff({ compression: "packbits", bitdepth: 1 })),
    named("sixteen bits", photo().toColourspace("rgb16").tiff({ compression: "deflate" })),
    named("CMYK", photo().toColourspace("cmyk").tiff({ compression: "lzw" })),
    named("profile", photo().withIccProfile("p3").withExif(carried).tiff({ compression: "lzw" })),
  ]);
}

/** Their directory comes first, and bytes that nobody needs come last: what is cut out shifts the pixels, and ends nothing. */
export function plainTiffFiles(): Named[] {
  const value = (x: number, y: number, sample: number) => Math.imul(x * 31 + y * 17 + sample + 5, 0x9e3779b1) >>> 16;
  const kinds = {
    grey: { photometric: 1, depth: 8 },
    "one bit": { photometric: 0, depth: 1 },
    RGB: { photometric: 2, samples: 3, depth: 8 },
    "RGB of 16 bits": { photometric: 2, samples: 3, depth: 16 },
    alpha: { photometric: 2, samples: 4, depth: 8, extraSamples: 2 },
    palette: { photometric: 3, depth: 4, palette: Array.from({ length: 48 }, (_, at) => at * 1365) },
  } as const;
  return Object.entries(kinds).map(([name, kind]) => {
    const mask = 2 ** kind.depth - 1;
    const file = writeTiff({ width: 37, height: 29, at: (x, y, sample) => value(x, y, sample) & mask, ...kind });
    return [`plain ${name}`, joinBytes([file, new Uint8Array(600)])];
  });
}

/** Nothing of their codes stands for more than a pixel: what is changed in them is another pixel, mostly. */
export function plainGifFiles(): Named[] {
  const palette = Array.from({ length: 256 }, (_, i) => [i, 255 - i, (i * 7) & 255]);
  const kinds = {
    "two colours": { depth: 1 },
    "16 colours": { depth: 4, transparent: 3 },
    interlaced: { depth: 4, isInterlaced: true },
    "256 colours": { depth: 8 },
  };
  return Object.entries(kinds).map(([name, kind]) => {
    const at = (x: number, y: number) => (Math.imul(x * 31 + y * 17 + 5, 0x9e3779b1) >>> 16) & (2 ** kind.depth - 1);
    return [
      `plain ${name}`,
      joinBytes([writeGif({ width: 37, height: 29, palette, at, ...kind }), new Uint8Array(600)]),
    ];
  });
}

export function bmpFiles(): Named[] {
  const palette = Array.from({ length: 256 }, (_, i) => [i, 255 - i, (i * 7) & 255]);
  const value = (x: number, y: number) => Math.imul(x * 31 + y * 17 + 5, 0x9e3779b1) >>> 0;
  const bitmap = (name: string, sample: Partial<BitmapSample> & { depth: number }): Named => {
    const { depth } = sample;
    const mask = depth === 32 ? 0xffff_ffff : 2 ** depth - 1;
    const own = depth <= 8 ? { palette: palette.slice(0, 2 ** depth) } : {};
    const file = writeBitmap({ width: 37, height: 21, at: (x, y) => (value(x, y) & mask) >>> 0, ...own, ...sample });
    return [name, file];
  };
  // Runs, a literal piece with its padding, a jump, and the end: 8 and 4 bits a pixel.
  const runs = [9, 3, 0, 3, 1, 2, 3, 0, 25, 7, 0, 0, 37, 9, 0, 0, 0, 2, 5, 2, 4, 1, 0, 0, 0, 1];
  return [
    ...[1, 4, 8, 16, 24, 32].map((depth) => bitmap(`${depth} bits`, { depth })),
    bitmap("from the top", { depth: 24, isTopDown: true }),
    bitmap("of OS/2", { depth: 24, headerBytes: 12 }),
    bitmap("with masks", { depth: 16, compression: 3, masks: [0xf800, 0x7e0, 0x1f] }),
    bitmap("with alpha", {
      depth: 32,
      compression: 3,
      headerBytes: 108,
      masks: [0xff_0000, 0xff00, 0xff, 0xff00_0000],
    }),
    bitmap("runs of 8 bits", { depth: 8, compression: 1, data: runs }),
    bitmap("runs of 4 bits", { depth: 4, compression: 2, data: runs }),
  ];
}

export async function icoFiles(): Promise<Named[]> {
  const png = await written(sharp(paintWithAlpha(64, 64), { raw: { width: 64, height: 64, channels: 4 } }).png());
  const picture = (side: number, depth: number) => {
    const palette = Array.from({ length: depth <= 8 ? 2 ** depth : 0 }, (_, i) => [i, 255 - i, 90]);
    const at = (x: number, y: number) => ((x * 31 + y * 17) & (depth >= 24 ? 0xff_ffff : 2 ** depth - 1)) >>> 0;
    const colours = writeBitmap({ width: side, height: side, depth, at, palette, isIcon: true });
    const mask = Array.from({ length: side * 4 * Math.ceil(side / 32) }, (_, i) => (i % 5 === 0 ? 0xf0 : 0));
    return { side, depth, data: Uint8Array.from([...colours, ...mask]) };
  };
  return [
    ["bitmaps", writeIcon([picture(16, 8), picture(32, 32)])],
    ["24 bits", writeIcon([picture(24, 24)])],
    ["4 bits", writeIcon([picture(24, 4)])],
    ["one bit", writeIcon([picture(20, 1)])],
    ["a PNG", writeIcon([picture(16, 8), { side: 64, depth: 32, data: png }])],
  ];
}

export async function webpFiles(): Promise<Named[]> {
  return await Promise.all([
    named("lossy", photo().webp({ quality: 80 })),
    named("lossless", photo().webp({ lossless: true })),
    named("alpha", shot().webp({ quality: 80 })),
    named("lossless alpha", shot().webp({ lossless: true })),
    named("two colours", photo().threshold().webp({ lossless: true })),
    named("profile", photo().withIccProfile("p3").withExif(carried).webp()),
  ]);
}

export async function pngFiles(): Promise<Named[]> {
  const large = () => sharp(paint(300, 200), { raw: { width: 300, height: 200, channels: 3 } });
  return await Promise.all([
    named("photo", large().png()),
    named("photo, interlaced", large().png({ progressive: true })),
    named("palette", large().png({ palette: true })),
    named("alpha", shot().png()),
    named("profile", photo().withIccProfile("p3").withExif(carried).png()),
  ]);
}

async function named(name: string, picture: Sharp): Promise<Named> {
  return [name, await written(picture)];
}

async function written(picture: Sharp): Promise<Uint8Array> {
  return new Uint8Array(await picture.toBuffer());
}
