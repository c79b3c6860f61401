// APPn segments as cameras and editors write them: JFIF, Adobe, EXIF with an orientation, ICC in pieces, comments.
import type { Random } from "../random.ts";
import type { Segment } from "./read-jpeg.ts";

const text = new TextEncoder();

export function metadataSegments(
  kind: "none" | "jfif" | "adobe-rgb" | "full",
  componentCount: number,
  random: Random,
): Segment[] {
  const colour = componentCount === 4 ? [adobeSegment(random.pick([0, 2]))] : [];
  if (kind === "none") return colour;
  if (kind === "adobe-rgb") return [adobeSegment(0)];
  if (kind === "jfif") return [jfifSegment(), ...colour];
  return [
    ...(componentCount === 4 ? colour : [jfifSegment()]),
    exifSegment(random.integer(1, 8), random.chance(0.5)),
    ...iccSegments(random.bytes(random.integer(1, 300)), random.integer(1, 3)),
    { marker: 0xfe, payload: random.bytes(random.integer(0, 60)) },
    { marker: 0xed, payload: random.bytes(30) },
  ];
}

/** JFIF 1.02, 72 dots per inch, no thumbnail. */
export function jfifSegment(): Segment {
  return { marker: 0xe0, payload: Uint8Array.of(...text.encode("JFIF\0"), 1, 2, 1, 0, 72, 0, 72, 0, 0) };
}

/** Transform 0: RGB or CMYK as it stands; 1: YCbCr; 2: YCCK (Adobe technical note 5116). */
export function adobeSegment(transform: number): Segment {
  return { marker: 0xee, payload: Uint8Array.of(...text.encode("Adobe"), 0, 100, 0, 0, 0, 0, transform) };
}

/** A TIFF of one directory with tag 0x0112 alone (EXIF 2.3, 4.6.4 A). */
export function exifSegment(orientation: number, littleEndian: boolean): Segment {
  const tiff = new DataView(new ArrayBuffer(26));
  tiff.setUint16(0, littleEndian ? 0x4949 : 0x4d4d);
  tiff.setUint16(2, 42, littleEndian);
  tiff.setUint32(4, 8, littleEndian);
  tiff.setUint16(8, 1, littleEndian);
  tiff.setUint16(10, 0x0112, littleEndian);
  tiff.setUint16(12, 3, littleEndian);
  tiff.setUint32(14, 1, littleEndian);
  tiff.setUint16(18, orientation, littleEndian);
  return { marker: 0xe1, payload: Uint8Array.of(...text.encode("Exif\0\0"), ...new Uint8Array(tiff.buffer)) };
}

/** ICC.1:2010 annex B.4: pieces numbered from 1. */
export function iccSegments(profile: Uint8Array, pieces: number): Segment[] {
  const size = Math.ceil(profile.length / pieces);
  const count = Math.ceil(profile.length / size);
  return Array.from({ length: count }, (_, index) => {
    const piece = profile.subarray(index * size, (index + 1) * size);
    return { marker: 0xe2, payload: Uint8Array.of(...text.encode("ICC_PROFILE\0"), index + 1, count, ...piece) };
  });
}
