// Rows that come from outside, RGBA already, a few at a time.

import { allocate } from "../../assembly/memory";
import { width } from "./rows";

/** As many rows as fit into this, but one at least. */
const BATCH: usize = 65536;

let buffer: usize = 0;
let bufferEnd: usize = 0;
let next: usize = 0;
let end: usize = 0;

export function allocateGiven(wide: usize): void {
  const bytes = max<usize>(1, BATCH / (4 * wide)) * 4 * wide;
  buffer = allocate(bytes);
  bufferEnd = buffer + bytes;
}

export function beginGiven(): void {
  next = end = buffer;
}

export function hasGiven(): bool {
  return next < end;
}

/** Where the next row lies. */
export function takeGiven(): usize {
  const row = next;
  next += 4 * width;
  return row;
}

/** Where the next rows go; all before them must have been taken. */
export function givenTail(): usize {
  next = end = buffer;
  return buffer;
}

export function givenRoom(): usize {
  return bufferEnd - buffer;
}

export function addGiven(bytes: usize): void {
  end = buffer + bytes;
}
