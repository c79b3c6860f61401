// What the callers of a run do, from its seed alone: which catalogues they upload, and how they bear themselves.
import { createRandom } from "../support/random.ts";
import type { Random } from "../support/random.ts";
import { sources } from "./sources.ts";

export interface PlannedJob {
  name: string;
  /** Kinds of image address, in lists of one product each. A number tells two of a kind apart. */
  products: string[][];
  /** How often the webhook's receiver fails; null for no webhook. */
  hookFailures: number | null;
  mail: boolean;
  /** `cancel` and `delete` in the middle of the job, `retry` of the failed images after its end. */
  act: "nothing" | "cancel" | "delete" | "retry";
  /** When, in ms after the upload. */
  actAfterMs: number;
}

export function planJobs(seed: number): PlannedJob[] {
  const random = createRandom(seed * 104_729 + 7);
  return Array.from({ length: random.pick([1, 1, 2, 3]) }, (_, index) => ({
    name: `${seed}-${index + 1}`,
    products: planProducts(random, random.pick([1, 12, 30, 60, 130])),
    hookFailures: random.pick([null, 0, 0, 1, 2]),
    mail: random.chance(0.4),
    act: random.pick(["nothing", "nothing", "nothing", "cancel", "delete", "retry"] as const),
    actAfterMs: random.integer(0, 2_000),
  }));
}

function planProducts(random: Random, images: number): string[][] {
  const total = Object.values(sources).reduce((sum, { weight }) => sum + weight, 0);
  const products: string[][] = [];
  const used: string[] = [];
  while (used.length < images) {
    const product = Array.from({ length: random.integer(0, 4) }, () => {
      // One in ten is an image that another product has as well.
      if (used.length > 0 && random.chance(0.1)) return random.pick(used);
      const address = `${kindAt(random.fraction() * total)}/${used.length + 1}`;
      used.push(address);
      return address;
    });
    products.push(product);
  }
  return products;
}

function kindAt(point: number): string {
  let left = point;
  for (const [kind, { weight }] of Object.entries(sources)) {
    left -= weight;
    if (left < 0) return kind;
  }
  return "jpeg";
}

/** The address of an image of a job: no two jobs share one, so that a source's memory is the job's own. */
export function imageUrl(host: string, job: PlannedJob, address: string): string {
  const [kind, number] = address.split("/");
  return `http://${host}/${kind}/${job.name}-${number}.jpg`;
}

export function catalogueOf(host: string, job: PlannedJob): string {
  const rows = job.products.map((addresses, index) => {
    const urls = addresses.map((address) => imageUrl(host, job, address));
    return `${index + 1},Product ${index + 1},"${urls.join(",")}"`;
  });
  return ["S. No.,Product Name,Input Image Urls", ...rows, ""].join("\r\n");
}

export function countImages({ products }: PlannedJob): number {
  return new Set(products.flat()).size;
}
