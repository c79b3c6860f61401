/** Where they are for the first time, or -1. */
export function findBytes(bytes: Uint8Array, wanted: number[]): number {
  return bytes.findIndex((_, at) => wanted.every((byte, index) => bytes[at + index] === byte));
}
