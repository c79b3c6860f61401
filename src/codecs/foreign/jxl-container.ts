// Pure. The codestream of a JPEG XL, which may come bare or in boxes (ISO/IEC 18181-2), there also in pieces.

import type { ImageFailure } from "../../errors.ts";
import { createCursor } from "../byte-cursor.ts";
import { joinBytes } from "../join-bytes.ts";

const cut: ImageFailure = { kind: "truncated", reason: "it ends in the middle of a box" };
/** Set in the number of the last piece. */
const lastPiece = 0x8000_0000;

/** Of a bare one the file itself. */
export function readJxlCodestream(bytes: Uint8Array): Uint8Array | ImageFailure {
  if (bytes[0] === 0xff) return bytes;
  const pieces: Uint8Array[] = [];
  let isComplete = false;
  for (let at = 0; at < bytes.length;) {
    const cursor = createCursor(bytes, at, bytes.length);
    const short = cursor.uint(4);
    const type = cursor.text(4);
    const size = short === 1 ? cursor.uint(8) : short === 0 ? bytes.length - at : short;
    if (cursor.isPastEnd || at + size > bytes.length) return cut;
    if (at + size < cursor.at) return { kind: "corrupt", reason: "a box is shorter than its own head" };
    const content = bytes.subarray(cursor.at, at + size);
    if (type === "jxlc") {
      pieces.push(content);
      isComplete = true;
    }
    if (type === "jxlp") {
      const number = createCursor(content, 0, 4).uint(4);
      if (content.length < 4) return { kind: "corrupt", reason: "a piece of it has no number" };
      if (isComplete || number % lastPiece !== pieces.length) {
        return { kind: "corrupt", reason: "its pieces are out of order" };
      }
      pieces.push(content.subarray(4));
      isComplete = number >= lastPiece;
    }
    at += size;
  }
  if (!isComplete) return { kind: "truncated", reason: "it ends before the last piece of its picture" };
  const [only, ...more] = pieces;
  return only !== undefined && more.length === 0 ? only : joinBytes(pieces);
}
