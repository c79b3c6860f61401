// Time per engine on one file: all engines in turn, again and again, so that a busy moment of the machine hits each alike.
import type { Encoded, Engine, EngineName } from "./engines.ts";
import { median } from "./statistics.ts";

export interface Timing {
  /** Medians of milliseconds per image. */
  wallMs: number;
  /** CPU time of the whole process, all threads; equals wall time where the machine is idle. */
  cpuMs: number;
  encoded: Encoded;
}

export async function measureTimes(
  engines: readonly Engine[],
  source: Uint8Array,
  roundsOf: (engine: EngineName) => number,
): Promise<Map<EngineName, Timing>> {
  const samples = new Map<EngineName, { wall: number[]; cpu: number[] }>();
  const results = new Map<EngineName, Timing>();
  const rounds = Math.max(...engines.map(({ name }) => roundsOf(name)));
  // Round -1 warms up: code is compiled and memory is grown in it.
  for (let round = -1; round < rounds; round++) {
    for (const [index] of engines.entries()) {
      const engine = engines[(index + round + 1) % engines.length];
      if (engine === undefined || round >= roundsOf(engine.name)) continue;
      const cpuBefore = process.cpuUsage();
      const wallBefore = performance.now();
      const encoded = await engine.encode(source, 50);
      const wall = performance.now() - wallBefore;
      const cpu = process.cpuUsage(cpuBefore);
      if (round < 0) continue;
      const sample = samples.get(engine.name) ?? { wall: [], cpu: [] };
      sample.wall.push(wall);
      sample.cpu.push((cpu.user + cpu.system) / 1000);
      samples.set(engine.name, sample);
      results.set(engine.name, { wallMs: median(sample.wall), cpuMs: median(sample.cpu), encoded });
    }
  }
  return results;
}
