// Whether bytes end where their own format says an image ends. Pure. It is asked only when a connection broke off: a server
// that promised more bytes than it has looks the same as one that died half-way, and only the image knows which it was.

/** False for anything that is not a JPEG, PNG, WebP or GIF with its end. */
export function endsLikeImage(bytes: Uint8Array): boolean {
  const at = (position: number) => bytes.at(position);
  if (at(0) === 0xff && at(1) === 0xd8) return bytes.length > 4 && at(-2) === 0xff && at(-1) === 0xd9;
  if (hasAscii(bytes, "PNG", 1)) return hasAscii(bytes, "IEND", bytes.length - 8);
  if (hasAscii(bytes, "RIFF", 0) && hasAscii(bytes, "WEBP", 8)) {
    const riffBytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4, true);
    return bytes.length >= riffBytes + 8;
  }
  return hasAscii(bytes, "GIF8", 0) && at(-1) === 0x3b;
}

function hasAscii(bytes: Uint8Array, text: string, position: number): boolean {
  if (position < 0) return false;
  for (let i = 0; i < text.length; i++) {
    if (bytes[position + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}
