// What is kept of the picture between quantising and coding: one byte for almost every AC coefficient. A token is run,
// size and the value's bits (T.81 F.1.2.2), numbered so that the 224 likeliest need no second byte:
//
//   0 EOB   1 end of a block whose last coefficient is 63   2 ZRL
//   3 long: run/size byte, bits byte        4 longer: run/size byte, bits u16
//   32 + run * 2 + bits    size 1            128 + run * 8 + bits    size 3, runs 0 to 7
//   64 + run * 4 + bits    size 2            192 + run * 16 + bits   size 4, runs 0 to 3
//
// A block row's tokens lie together, rows in the order in which strips are finished.

import { Component } from "./component";
import { reach, reached } from "./memory";

export const EOB: u32 = 0;
export const FULL: u32 = 1;
export const ZRL: u32 = 2;
export const LONG: u32 = 3;
export const LONGER: u32 = 4;
export const FIRST_SHORT: u32 = 32;

/** 63 coefficients of four bytes and the end. */
export const MAX_BLOCK_TOKENS: usize = 63 * 4 + 1;

// Per component: u32 per token, u32 per run/size symbol of the long ones, u32 per EOB run category (T.81 table G.1).
const SYMBOLS: usize = 256 * 4;
const EOB_RUNS: usize = 512 * 4;
const COUNT_BYTES: usize = EOB_RUNS + 16 * 4;
const COUNTS: usize = memory.data(<i32>COUNT_BYTES * 4, 8);

/** The longest run that EOB14 can say. */
export const LONGEST_EOB_RUN: u32 = 0x7fff;

export let tokenEnd: usize = 0;
let roomEnd: usize = 0;

export function beginTokens(at: usize): void {
  tokenEnd = at;
  roomEnd = at;
  prepareLevels();
  memory.fill(COUNTS, 0, COUNT_BYTES * 4);
}

@inline
export function tokenCounts(component: u32): usize {
  return COUNTS + <usize>component * COUNT_BYTES;
}

@inline
export function symbolCounts(component: u32): usize {
  return tokenCounts(component) + SYMBOLS;
}

@inline
export function eobRunCounts(component: u32): usize {
  return tokenCounts(component) + EOB_RUNS;
}

/** Whether another block's tokens fit, after growing if need be. */
@inline
export function hasTokenRoom(): bool {
  return tokenEnd + MAX_BLOCK_TOKENS <= roomEnd || makeTokenRoom();
}

function makeTokenRoom(): bool {
  if (!reach(tokenEnd + MAX_BLOCK_TOKENS)) return false;
  roomEnd = reached();
  return true;
}

export function setTokenEnd(at: usize): void {
  tokenEnd = at;
}

/** Writes one coefficient after `run` zeros and returns where the next token goes. `value` is not 0, `run` below 63. */
@inline
export function putToken(at: usize, counts: usize, run: u32, value: i32): usize {
  while (run > 15) {
    store<u8>(at++, <u8>ZRL);
    count(counts + ZRL * 4);
    run -= 16;
  }
  if (<u32>(value + 15) <= 30) {
    const level = load<u32>(LEVELS + ((value + 15) << 2));
    if (run < level >> 16) {
      const token = (level & 255) + (run << ((level >> 8) & 255));
      store<u8>(at, <u8>token);
      count(counts + (token << 2));
      return at + 1;
    }
  }
  return putLongToken(at, counts, run, value);
}

// For values -15 to 15: token of run 0 | size << 8 | shortest run without a token of its own << 16.
const LEVELS: usize = memory.data(31 * 4, 8);

function prepareLevels(): void {
  for (let value = -15; value <= 15; value++) {
    const magnitude = <u32>abs(value);
    const size = 32 - <u32>clz(magnitude);
    const bits = value < 0 ? (<u32>1 << size) - 1 - magnitude : magnitude;
    const first: u32 = size <= 2 ? 16 << size : size == 3 ? 128 : 192;
    const runs: u32 = size <= 2 ? 16 : size == 3 ? 8 : 4;
    store<u32>(LEVELS + ((value + 15) << 2), (first + bits) | (size << 8) | (runs << 16));
  }
}

function putLongToken(at: usize, counts: usize, run: u32, value: i32): usize {
  const magnitude = <u32>abs(value);
  const size = 32 - <u32>clz(magnitude);
  const bits = value < 0 ? (<u32>1 << size) - 1 - magnitude : magnitude;
  const symbol = run << 4 | size;
  count(counts + (256 + symbol) * 4);
  store<u8>(at + 1, <u8>symbol);
  if ((symbol & 15) <= 8) {
    store<u8>(at, <u8>LONG);
    store<u8>(at + 2, <u8>bits);
    return at + 3;
  }
  store<u8>(at, <u8>LONGER);
  store<u16>(at + 2, <u16>bits);
  return at + 4;
}

/** Ends a block whose last coefficient is at `k`, 0 for none. */
@inline
export function putEnd(at: usize, c: Component, k: u32): usize {
  const token = k == 63 ? FULL : EOB;
  store<u8>(at, <u8>token);
  count(tokenCounts(c.index) + token * 4);
  // What a progressive scan of the component would say of it (G.1.2.2).
  if (k > 0) countEobRun(c);
  if (k < 63 && ++c.eobRun == LONGEST_EOB_RUN) countEobRun(c);
  return at + 1;
}

export function countEobRun(c: Component): void {
  if (c.eobRun == 0) return;
  count(eobRunCounts(c.index) + (<usize>(31 - <u32>clz(c.eobRun)) << 2));
  c.eobRun = 0;
}

@inline
function count(at: usize): void {
  store<u32>(at, load<u32>(at) + 1);
}

/** For tokens from 32 on: run << 4 | size. */
@inline
export function shortSymbol(token: u32): u32 {
  if (token < 64) return ((token - 32) >> 1) << 4 | 1;
  if (token < 128) return ((token - 64) >> 2) << 4 | 2;
  if (token < 192) return ((token - 128) >> 3) << 4 | 3;
  return ((token - 192) >> 4) << 4 | 4;
}
