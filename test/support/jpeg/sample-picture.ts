// A made-up picture with the things photos have: a slope of light, edges, texture, flat areas. Fills coefficients with it.
import { blockOffset, type CoefficientImage, type Component } from "./coefficients.ts";
import { forwardDct } from "./dct.ts";
import type { Random } from "../random.ts";

/** Level-shifted sample of one component at a place given as fractions of the picture. */
export type Picture = (component: number, x: number, y: number) => number;

export function randomPicture(random: Random): Picture {
  const slopeX = random.integer(-90, 90);
  const slopeY = random.integer(-90, 90);
  const edge = random.fraction();
  const tilt = random.fraction() - 0.5;
  const contrast = random.integer(-80, 80);
  const texture = random.pick([0, 4, 12, 40]);
  const frequency = random.integer(3, 90);
  const tints = [0, random.integer(-60, 60), random.integer(-60, 60), random.integer(-60, 60)];
  return (component, x, y) => {
    const light = slopeX * (x - 0.5) + slopeY * (y - 0.5);
    const side = x + tilt * y < edge ? contrast : 0;
    const waves = texture * Math.sin(frequency * (x + 0.3)) * Math.cos(frequency * (y * 1.3 - component));
    const weight = component === 0 ? 1 : 0.5;
    const value = (light + side + waves) * weight + (tints[component] ?? 0);
    return Math.max(-128, Math.min(127, Math.round(value)));
  };
}

/** Each block is transformed and divided by the component's steps; the filling blocks continue the picture's edge. */
export function fillWithPicture(image: CoefficientImage, picture: Picture): void {
  image.components.forEach((component, index) => {
    const width = component.blocksWide * 8;
    const height = component.blocksHigh * 8;
    eachStoredBlock(component, (column, row, block) => {
      const samples = new Float64Array(64);
      for (let i = 0; i < 64; i++) {
        const x = Math.min(column * 8 + (i & 7), width - 1) / width;
        const y = Math.min(row * 8 + (i >> 3), height - 1) / height;
        samples[i] = picture(index, x, y);
      }
      forwardDct(samples).forEach((value, k) => (block[k] = Math.round(value / (component.steps[k] ?? 1))));
    });
  });
}

/** No picture at all: sparse coefficients up to the limits of baseline (T.81 tables F.1 and F.2). */
export function fillWithNoise(image: CoefficientImage, random: Random): void {
  const density = random.pick([0.02, 0.1, 0.5, 0.95]);
  const largest = random.pick([1, 3, 60, 1023]);
  for (const component of image.components) {
    eachStoredBlock(component, (_column, _row, block) => {
      block[0] = random.integer(-1023, 1023);
      for (let k = 1; k < 64; k++) {
        if (random.chance(density)) block[k] = random.integer(-largest, largest);
      }
    });
  }
}

function eachStoredBlock(component: Component, visit: (column: number, row: number, block: Int16Array) => void): void {
  for (let row = 0; row < component.storedHigh; row++) {
    for (let column = 0; column < component.storedWide; column++) {
      const offset = blockOffset(component, column, row);
      visit(column, row, component.coefficients.subarray(offset, offset + 64));
    }
  }
}
