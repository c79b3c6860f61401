// Unpacks gzip (RFC 1952) that strangers send, up to a cap on what comes out: a gzip can hold a thousand times its own size.
//
// By node:zlib and not by DecompressionStream, which unpacks each of its chunks to the end before anybody can stop it, and
// which refuses files that gzip itself takes: several members one after another, zeros behind the last.

import { gunzipSync } from "node:zlib";
import { Problem } from "../errors.ts";

/** What a gzip may need beside its contents, where they could not be made smaller: headers, names, block lengths. */
export const gzipOverheadBytes = 64 * 1024;

/** No CSV and no JSON begins with these two bytes. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** @throws Problem `tooLarge` when more than `maxBytes` come out; 400 when it is damaged or cut off. */
export function gunzip(packed: Uint8Array, maxBytes: number, tooLarge: Problem): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(gunzipSync(packed, { maxOutputLength: maxBytes }));
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge;
    throw new Problem({
      status: 400,
      code: "malformed_gzip",
      detail: "The gzip data is damaged or cut off. Pack the file again and send all of it, or send it unpacked.",
    });
  }
}
