// Bytes of an uploaded file to text, in the encodings that spreadsheets write. Never throws.

type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/** The text without its byte order mark. */
export function decodeText(bytes: Uint8Array): string {
  const encoding = encodingOfMark(bytes) ?? encodingOfZeros(bytes);
  if (encoding !== null) return new TextDecoder(encoding).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    const text = new TextDecoder("utf-8").decode(bytes);
    return isMostlyReadable(text) ? text : new TextDecoder("windows-1252").decode(bytes);
  }
}

function encodingOfMark(bytes: Uint8Array): Encoding | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return null;
}

/** UTF-16 without a mark shows in the zero half of its ASCII characters: the first one, and most of every header. */
function encodingOfZeros(bytes: Uint8Array): Encoding | null {
  const sampledBytes = 1024;
  const pairs = Math.min(bytes.length, sampledBytes) >> 1;
  let evenZeros = 0;
  let oddZeros = 0;
  for (let pair = 0; pair < pairs; pair++) {
    if (bytes[2 * pair] === 0) evenZeros++;
    if (bytes[2 * pair + 1] === 0) oddZeros++;
  }
  // A quarter, not half: the rows after the header may be in any script.
  const [first, second] = bytes;
  if (second === 0 && first !== 0 && oddZeros * 4 >= pairs) return "utf-16le";
  if (first === 0 && second !== 0 && evenZeros * 4 >= pairs) return "utf-16be";
  return null;
}

/**
 * A file cut off inside a character, or with one foreign byte, is still UTF-8: read as Windows-1252 every other accent of
 * it would break too. Text that really is Windows-1252 has next to no sequence that is valid UTF-8.
 */
function isMostlyReadable(text: string): boolean {
  let damaged = 0;
  let readable = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0xfffd) damaged++;
    else if (code > 0x7f) readable++;
  }
  return readable > damaged;
}
