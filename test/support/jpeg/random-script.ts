// Random valid scripts of scans: sequential in one scan or several (T.81 A.2), progressive with bands and successive
// approximation in any order the standard allows (G.1.1.1).
import type { CoefficientImage } from "./coefficients.ts";
import type { Random } from "../random.ts";
import type { Scan } from "./write-jpeg.ts";

type RestartChoice = () => number;

const wholeBand = { start: 0, end: 63, high: 0, low: 0 };

export function oneSequentialScan(image: CoefficientImage, restartInterval: number): Scan[] {
  return [{ ...wholeBand, components: image.components.map((_, index) => index), restartInterval }];
}

export function randomSequentialScript(image: CoefficientImage, random: Random, restart: RestartChoice): Scan[] {
  return groupComponents(image, random).map((components) => ({ ...wholeBand, components, restartInterval: restart() }));
}

export function randomProgressiveScript(image: CoefficientImage, random: Random, restart: RestartChoice): Scan[] {
  // Each lane is in order within itself; lanes of different components may be woven in any way after their DC.
  const dcLow = random.integer(0, 3);
  const first = groupComponents(image, random).map((components) => scan(components, 0, 0, 0, dcLow));
  const lanes: Scan[][] = image.components.map((_, index) => acLane(index));
  const refinements: Scan[] = [];
  for (let low = dcLow - 1; low >= 0; low--) {
    for (const components of groupComponents(image, random)) refinements.push(scan(components, 0, 0, low + 1, low));
  }
  lanes.push(refinements);
  return [...first, ...weave(lanes)];

  function scan(components: number[], start: number, end: number, high: number, low: number): Scan {
    return { components, start, end, high, low, restartInterval: restart() };
  }

  function acLane(component: number): Scan[] {
    const lane: Scan[] = [];
    const lowest = random.integer(0, 4);
    for (let low = lowest; low >= 0; low--) {
      const high = low === lowest ? 0 : low + 1;
      for (const [start, end] of bands()) lane.push(scan([component], start, end, high, low));
    }
    return lane;
  }

  function bands(): [number, number][] {
    const cuts = new Set(Array.from({ length: random.integer(0, 3) }, () => random.integer(2, 63)));
    const starts = [1, ...[...cuts].sort((a, b) => a - b)];
    const list = starts.map((start, i): [number, number] => [start, (starts[i + 1] ?? 64) - 1]);
    // Bands may come in any order.
    return random.chance(0.3) ? list.toReversed() : list;
  }

  function weave(lanes: Scan[][]): Scan[] {
    const woven: Scan[] = [];
    for (let left = lanes.filter((lane) => lane.length > 0); left.length > 0;) {
      const next = random.pick(left).shift();
      if (next !== undefined) woven.push(next);
      left = left.filter((lane) => lane.length > 0);
    }
    return woven;
  }
}

/** All in one scan, each alone, or something between; an MCU has at most 10 blocks (B.2.3). */
function groupComponents(image: CoefficientImage, random: Random): number[][] {
  const groups: number[][] = [];
  const split = random.pick([0, 0, 0.5, 1]);
  let blocks = 0;
  image.components.forEach(({ horizontal, vertical }, index) => {
    const size = horizontal * vertical;
    const current = groups.at(-1);
    if (current === undefined || random.chance(split) || blocks + size > 10) {
      groups.push([index]);
      blocks = size;
    } else {
      current.push(index);
      blocks += size;
    }
  });
  return groups;
}
