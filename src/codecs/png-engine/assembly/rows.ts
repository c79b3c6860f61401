// The picture as a sequence of RGBA rows, top to bottom, as often as it is begun. A plain picture is inflated, or given
// from outside, anew each time. One that is interlaced (PNG, third edition, 8.1) is inflated once into a plane, as its
// rows come in another order; one that is given and small is held in a plane too, as whoever gives it may have to work
// for it.

import { beginExpand, copyRgba, expandRow, pixelBits } from "./expand";
import { allocateGiven, beginGiven, hasGiven, takeGiven } from "./given";
import {
  allocateInflate,
  beginInflate,
  inflateMore,
  isInflated,
  moveOutputRead,
  outputEnd,
  outputRead,
} from "./inflate";
import { allocate } from "../../assembly/memory";
import { DATA_RAN_OUT, NEEDS_INPUT, OK, TOO_MUCH_DATA } from "./status";
import { unfilter } from "./unfilter";

/** Zero bytes before a row: the longest pixel. */
const BEFORE: usize = 64;
/** The colour type. */
const RGBA: u32 = 6;

export let width: usize = 0;
export let height: usize = 0;
let isGiven: bool = false;
/** 4 bytes a pixel; 0 for pictures that are read anew each time. */
let plane: usize = 0;
export let isPlaneFull: bool = false;

let row: usize = 0;
let above: usize = 0;
let filter: i32 = -1;
let filled: usize = 0;
/** The RGBA row that `nextRow` made, and the one before it. 64 bytes before and behind them may be read. */
export let pixels: usize = 0;
export let pixelsAbove: usize = 0;
export let y: usize = 0;
let pass: u32 = 0;
let passY: usize = 0;

/** 8.1: first column and row of each pass, and the distance to the next. */
const firstX = memory.data<u8>([0, 4, 0, 2, 0, 1, 0]);
const firstY = memory.data<u8>([0, 0, 4, 0, 2, 0, 1]);
const stepX = memory.data<u8>([8, 8, 4, 4, 2, 2, 1]);
const stepY = memory.data<u8>([8, 8, 8, 4, 4, 2, 2]);

export function setPicture(wide: usize, high: usize, type: u32, depth: u32, interlaced: bool): void {
  isGiven = false;
  allocateInflate();
  setSize(wide, high, type, depth, interlaced);
  const bytes = rowBytes(wide);
  row = allocate(BEFORE + bytes) + BEFORE;
  above = allocate(BEFORE + bytes) + BEFORE;
}

/** One that comes from outside as RGBA; only its first reading needs it again if it `isHeld`. */
export function setGivenPicture(wide: usize, high: usize, isHeld: bool): void {
  isGiven = true;
  allocateGiven(wide);
  setSize(wide, high, RGBA, 8, isHeld);
}

function setSize(wide: usize, high: usize, type: u32, depth: u32, hasPlane: bool): void {
  width = wide;
  height = high;
  isPlaneFull = false;
  beginExpand(type, depth);
  pixels = allocate(4 * wide);
  pixelsAbove = allocate(4 * wide);
  plane = hasPlane ? allocate(4 * wide * high) : 0;
}

export function beginRows(): void {
  y = 0;
  if (isPlaneFull) return;
  if (isGiven) {
    beginGiven();
    return;
  }
  pass = 0;
  passY = 0;
  filter = -1;
  filled = 0;
  beginInflate();
  beginPass();
}

/** Makes the next row; call again with more input where it needs it. */
export function nextRow(): i32 {
  const to = pixelsAbove;
  const status = makeRow(to);
  if (status != OK) return status;
  pixelsAbove = pixels;
  pixels = to;
  return OK;
}

/** Makes the next row at `to`, behind which 12 bytes may be written. */
export function makeRow(to: usize): i32 {
  if (plane != 0 && !isPlaneFull && !isGiven) {
    const status = fillPlane();
    if (status != OK) return status;
    isPlaneFull = true;
  }
  if (isPlaneFull) memory.copy(to, plane + 4 * width * y, 4 * width);
  else {
    const status = isGiven ? copyGiven(to) : inflateRow(to);
    if (status != OK) return status;
  }
  y++;
  return OK;
}

function inflateRow(to: usize): i32 {
  let status = readRow(width);
  if (status == OK) status = expandRow(row, to, width);
  if (status == OK) swapRows();
  return status;
}

function copyGiven(to: usize): i32 {
  if (!hasGiven()) return NEEDS_INPUT;
  copyRgba(takeGiven(), to, width);
  if (plane != 0) {
    memory.copy(plane + 4 * width * y, to, 4 * width);
    isPlaneFull = y + 1 == height;
  }
  return OK;
}

/** After the last row: the stream must end here, and its checksum hold. */
export function endRows(): i32 {
  if (isGiven) return OK;
  while (!isInflated()) {
    if (outputRead < outputEnd) return TOO_MUCH_DATA;
    const status = inflateMore();
    if (status != OK) return status;
  }
  return outputRead < outputEnd ? TOO_MUCH_DATA : OK;
}

/** To the end of the stream, so that a later reading has nothing left to check. */
function fillPlane(): i32 {
  for (; pass < 7; pass++, passY = 0, beginPass()) {
    const wide = passLength(width, load<u8>(firstX + pass), load<u8>(stepX + pass));
    const high = passLength(height, load<u8>(firstY + pass), load<u8>(stepY + pass));
    if (wide == 0) continue;
    for (; passY < high; passY++) {
      let status = readRow(wide);
      if (status == OK) status = expandRow(row, pixels, wide);
      if (status != OK) return status;
      const column: usize = load<u8>(firstX + pass);
      const line: usize = <usize>load<u8>(firstY + pass) + <usize>load<u8>(stepY + pass) * passY;
      const to: usize = plane + 4 * (width * line + column);
      const apart: usize = 4 * <usize>load<u8>(stepX + pass);
      for (let x: usize = 0; x < wide; x++) store<u32>(to + apart * x, load<u32>(pixels + 4 * x));
      swapRows();
    }
  }
  return endRows();
}

function beginPass(): void {
  memory.fill(row - BEFORE, 0, BEFORE);
  memory.fill(above - BEFORE, 0, BEFORE + rowBytes(width));
}

function readRow(wide: usize): i32 {
  const bytes = rowBytes(wide);
  while (filter < 0 || filled < bytes) {
    if (outputRead == outputEnd) {
      if (isInflated()) return DATA_RAN_OUT;
      const status = inflateMore();
      if (status != OK) return status;
      continue;
    }
    let from = outputRead;
    if (filter < 0) filter = load<u8>(from++);
    const count = min(outputEnd - from, bytes - filled);
    memory.copy(row + filled, from, count);
    filled += count;
    moveOutputRead(from + count);
  }
  return unfilter(filter, row, above, bytes, max<usize>(pixelBits() >> 3, 1));
}

function swapRows(): void {
  const swapped = row;
  row = above;
  above = swapped;
  filter = -1;
  filled = 0;
}

function rowBytes(wide: usize): usize {
  return <usize>((<u64>wide * pixelBits() + 7) >> 3);
}

function passLength(length: usize, first: usize, step: usize): usize {
  return length > first ? (length - first + step - 1) / step : 0;
}
