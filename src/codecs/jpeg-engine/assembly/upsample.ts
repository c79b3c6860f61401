// A component of less resolution than the picture, row by row. Where it has half, new samples are mixed 3 : 1 of the two
// that are nearest, across, down or both (9 : 3 : 3 : 1), in the very integers of libjpeg, which most viewers show;
// any other ratio repeats samples, as there.

import { allocate } from "./memory";
import { Plane, rowOf, SLACK } from "./plane";

/** Samples of one MCU at the picture's resolution, and its whole width. */
let mcuAcross: u32 = 0;
let mcuDown: u32 = 0;
let pictureWidth: u32 = 0;

export function setResolution(across: u32, down: u32, width: u32): void {
  mcuAcross = across;
  mcuDown = down;
  pictureWidth = width;
}

/** `h` and `v` are the component's factors. False when the cap is reached. */
export function prepareUpsampling(p: Plane, h: u32, v: u32): bool {
  p.unitsAcross = h * p.across;
  p.unitsDown = v * p.down;
  const halfAcross = 2 * p.unitsAcross == mcuAcross;
  const halfDown = 2 * p.unitsDown == mcuDown;
  const canMix =
    (halfAcross || p.unitsAcross == mcuAcross) && (halfDown || p.unitsDown == mcuDown) && (!halfAcross || p.width > 2);
  p.mixesAcross = canMix && halfAcross;
  p.mixesDown = canMix && halfDown;
  p.upsampled = 0;
  if (p.unitsAcross == mcuAcross && !p.mixesDown) return true;
  p.upsampled = allocate(<usize>pictureWidth + SLACK);
  return p.upsampled != 0;
}

/** Where row `y` of the picture is, as this component has it. Valid until the next call for the component. */
export function upsampledRow(p: Plane, y: u32): usize {
  const nearest = <i32>((<u64>y * p.unitsDown) / mcuDown);
  const near = rowOf(p, nearest);
  if (p.upsampled == 0) return near;
  const isLower = (y & 1) != 0;
  if (p.mixesDown) {
    const far = rowOf(p, isLower ? nearest + 1 : nearest - 1);
    if (p.mixesAcross) mixBoth(near, far, p.width, p.upsampled);
    else mixDown(near, far, p.width, isLower ? 2 : 1, p.upsampled);
  } else if (p.mixesAcross) mixAcross(near, p.width, p.upsampled);
  else repeat(near, p.unitsAcross, p.upsampled);
  return p.upsampled;
}

/** Rounded up and down in turn, so that the whole becomes neither lighter nor darker; so do the others. */
function mixBoth(near: usize, far: usize, width: u32, out: usize): void {
  const end = near + width;
  const up = i16x8.splat(8);
  const down = i16x8.splat(7);
  for (; near < end; near += 8, far += 8, out += 16) {
    const here = columnSum(near, far);
    const tripled = triple(here);
    const left = i16x8.add(i16x8.add(tripled, columnSum(near - 1, far - 1)), up);
    const right = i16x8.add(i16x8.add(tripled, columnSum(near + 1, far + 1)), down);
    v128.store(out, v128.or(i16x8.shr_u(left, 4), i16x8.shl(i16x8.shr_u(right, 4), 8)));
  }
}

@inline
function columnSum(near: usize, far: usize): v128 {
  return i16x8.add(triple(v128.load_ext<u8>(near)), v128.load_ext<u8>(far));
}

@inline
function triple(samples: v128): v128 {
  return i16x8.add(samples, i16x8.shl(samples, 1));
}

function mixAcross(from: usize, width: u32, out: usize): void {
  const end = from + width;
  const up = i16x8.splat(1);
  const down = i16x8.splat(2);
  for (; from < end; from += 8, out += 16) {
    const tripled = triple(v128.load_ext<u8>(from));
    const left = i16x8.add(i16x8.add(tripled, v128.load_ext<u8>(from - 1)), up);
    const right = i16x8.add(i16x8.add(tripled, v128.load_ext<u8>(from + 1)), down);
    v128.store(out, v128.or(i16x8.shr_u(left, 2), i16x8.shl(i16x8.shr_u(right, 2), 8)));
  }
}

function mixDown(near: usize, far: usize, width: u32, bias: i16, out: usize): void {
  const end = near + width;
  const rounding = i16x8.splat(bias);
  for (; near < end; near += 8, far += 8, out += 8) {
    const mixed = i16x8.shr_u(i16x8.add(columnSum(near, far), rounding), 2);
    store<u64>(out, i64x2.extract_lane(i8x16.narrow_i16x8_u(mixed, mixed), 0));
  }
}

/** `units` samples become `mcuAcross`, which need not be a multiple. */
function repeat(from: usize, units: u32, out: usize): void {
  const end = out + pictureWidth;
  let rest: u32 = 0;
  for (; out < end; out++) {
    store<u8>(out, load<u8>(from));
    rest += units;
    if (rest >= mcuAcross) {
      rest -= mcuAcross;
      from++;
    }
  }
}
