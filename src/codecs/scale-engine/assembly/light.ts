// Bytes to light and back. A byte is a root of the light it stands for (IEC 61966-2-1), and only light may be averaged:
// black and white in equal parts are 188, not 128. Light counts from 0 to 16384, in which every byte has a place of
// its own: 0 and 1 are 5 apart.

import { allocate } from "../../assembly/memory";

export const FULL_BITS: u32 = 14;
export const FULL: u32 = 1 << FULL_BITS;

/** 256 of two bytes: the light of a byte. */
export let lights: usize = 0;
/** 256 of two bytes: the share of an alpha. */
export let shares: usize = 0;
/** A byte for each light up to the full one, which it is nearest to as seen. */
export let seen: usize = 0;

export function allocateLight(): void {
  lights = allocate(512);
  shares = allocate(512);
  seen = allocate(FULL + 1);
}

export function beginLight(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    const value: f64 = <f64>byte / 255;
    const light = value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    store<u16>(lights + 2 * byte, <u16>(light * <f64>FULL + 0.5));
    store<u16>(shares + 2 * byte, <u16>(value * <f64>FULL + 0.5));
  }
  for (let light: u32 = 0; light <= FULL; light++) {
    const value: f64 = <f64>light / <f64>FULL;
    const root = value <= 0.0031308 ? value * 12.92 : 1.055 * Math.pow(value, 1 / 2.4) - 0.055;
    store<u8>(seen + light, <u8>(root * 255 + 0.5));
  }
}
