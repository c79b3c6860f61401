// The targets of the JPEG engine, each with a floor that must hold and a goal that is hoped for.

export interface Target {
  name: string;
  floor: number;
  goal: number;
  /** As printed: "0.61x", "38 MB". */
  unit: "x" | "MB" | "B/px";
}

export interface Measured {
  target: Target;
  /** Null where it could not be measured. */
  value: number | null;
  /** Where the goal is counted in another way than the floor: what is held against the goal. */
  goalValue?: number;
  /** Where it is worst, or why it is missing. */
  remark: string;
}

export const targets = {
  cpuSharp: { name: "CPU beside sharp (libjpeg-turbo) q50", floor: 0.9, goal: 0.6, unit: "x" },
  cpuSharpWorst: { name: "the same, worst photo", floor: 1.8, goal: 1.2, unit: "x" },
  cpuMozjpeg: { name: "CPU beside sharp mozjpeg q50", floor: 0.2, goal: 0.12, unit: "x" },
  cpuJsquash: { name: "CPU beside jSquash default q50", floor: 0.1, goal: 1 / 18, unit: "x" },
  cpuProgressive: { name: "progressive input, CPU beside sharp on the same file", floor: 1.5, goal: 1, unit: "x" },
  bytes: { name: "bytes beside mozjpeg q50 at equal SSIMULACRA2", floor: 1, goal: 0.95, unit: "x" },
  memory: {
    name: "wasm peak beyond the input less a flat 2 MB (goal: 1 MB), worst photo",
    floor: 0.7,
    goal: 0.4,
    unit: "B/px",
  },
  memoryProgressive: {
    name: "progressive input: the same, less 4 MB (goal: 2 MB)",
    floor: 0.7,
    goal: 0.4,
    unit: "B/px",
  },
  hugeTotal: { name: "100 MP baseline photo: input, output and wasm together", floor: 128, goal: 128, unit: "MB" },
  hugeBeyond: { name: "100 MP baseline photo: wasm and output beside its own bytes", floor: 128, goal: 64, unit: "MB" },
} as const satisfies Record<string, Target>;

export function verdictOf({ target, value, goalValue }: Measured): string {
  if (value === null) return "not measured";
  if ((goalValue ?? value) <= target.goal) return "goal met";
  return value <= target.floor ? "floor met" : "**missed**";
}

export function printValue(value: number | null, unit: Target["unit"]): string {
  if (value === null) return "-";
  if (unit === "x") return `${value.toFixed(value < 0.2 ? 3 : 2)}x`;
  return unit === "MB" ? `${value.toFixed(1)} MB` : `${value.toFixed(2)} B/px`;
}
