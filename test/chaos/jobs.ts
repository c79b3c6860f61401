// What the callers of a run do, from its seed alone: which catalogues they upload, with which options, which of them ask for
// what another has asked for before, and how they bear themselves.
import { createRandom } from "../support/random.ts";
import type { Random } from "../support/random.ts";
import { makeTheSame, planOptions } from "./options.ts";
import type { PlannedOptions } from "./options.ts";
import { sources } from "./sources.ts";

export interface PlannedJob {
  name: string;
  /** Jobs of one run share the sources of an address: the first part of their paths. */
  run: string;
  /** Addresses of images, `kind/number`, in lists of one product each. */
  products: string[][];
  options: PlannedOptions;
  /** The job of the same run, by its place in it, whose images this one asks for as well: at the same time, or after its end. */
  follows: { job: number; when: "beside" | "after" } | null;
  /** How often the webhook's receiver fails; null for no webhook. */
  hookFailures: number | null;
  mail: boolean;
  /**
   * `cancel` and `delete` in the middle of the job, `retry` of the failed images after its end, `delete later` while
   * another job asks for the same images.
   */
  act: "nothing" | "cancel" | "delete" | "retry" | "delete later";
  /** When, in ms after the upload; of another job for `delete later`. */
  actAfterMs: number;
}

export interface PlannedRun {
  jobs: PlannedJob[];
  /** When sources that change do so: as the first job that another one follows has ended, or so many ms after the begin. */
  change: "never" | "between" | number;
}

export function planRun(seed: number): PlannedRun {
  const random = createRandom(seed * 104_729 + 7);
  const jobs: PlannedJob[] = [];
  for (let group = random.pick([1, 1, 1, 2]); group > 0; group--) {
    const leader = planJob(random, `${seed}`, jobs.length);
    const job = jobs.push(leader) - 1;
    for (let followers = random.pick([0, 1, 1, 1, 1, 2]); followers > 0; followers--) {
      const when = random.pick(["beside", "after", "after", "after"] as const);
      const follower = planFollower(random, leader, jobs.length, { job, when });
      if (when === "after") leader.act = actOfFollowed(random, leader.act);
      jobs.push(follower);
    }
  }
  return { jobs, change: random.pick(["never", "between", "between", random.integer(0, 4_000)] as const) };
}

/** What is gone before its end cannot be taken over. */
function actOfFollowed(random: Random, act: PlannedJob["act"]): PlannedJob["act"] {
  if (random.chance(0.4)) return "delete later";
  return act === "delete" ? "nothing" : act;
}

function planJob(random: Random, run: string, index: number): PlannedJob {
  const images = random.pick([1, 12, 30, 60, 130]);
  return {
    name: `${run}-${index + 1}`,
    run,
    products: planProducts(random, images, index + 1, []),
    options: planOptions(random, images),
    follows: null,
    hookFailures: random.pick([null, 0, 0, 0, 1, 1, 2]),
    mail: random.chance(0.4),
    act: random.pick(["nothing", "nothing", "nothing", "cancel", "delete", "retry"] as const),
    actAfterMs: random.integer(0, 2_000),
  };
}

/** Most of its images are another job's, and some its own; mostly with the same options. */
function planFollower(
  random: Random,
  leader: PlannedJob,
  index: number,
  follows: NonNullable<PlannedJob["follows"]>,
): PlannedJob {
  const shared = leader.products.flat().filter(() => random.chance(0.8));
  const images = Math.min(60, leader.products.flat().length);
  return {
    ...planJob(random, leader.run, index),
    products: planProducts(random, images, index + 1, shared),
    options: random.chance(0.85) ? { ...leader.options, reuse: random.chance(0.85) } : planOptions(random, images),
    follows,
  };
}

function planProducts(random: Random, images: number, job: number, shared: readonly string[]): string[][] {
  const total = Object.values(sources).reduce((sum, { weight }) => sum + weight, 0);
  const products: string[][] = [];
  const used: string[] = [];
  while (used.length < images) {
    const product = Array.from({ length: random.integer(0, 4) }, () => {
      // One in ten is an image that another product has as well.
      if (used.length > 0 && random.chance(0.1)) return random.pick(used);
      const isShared = shared.length > 0 && random.chance(0.85);
      const address = isShared ? random.pick(shared) : `${kindAt(random.fraction() * total)}/${job}-${used.length + 1}`;
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

/** The same address lies at the same shop in every job. */
export function imageUrl(shops: readonly string[], { run }: PlannedJob, address: string): string {
  const [kind, number] = address.split("/");
  const at = Array.from(address).reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return `http://${shops[at % shops.length]}/${kind}/${run}.${number}.jpg`;
}

/** The kind and the run of an image's path. */
export function readImagePath(pathname: string): { kind: string; run: string } {
  const [, kind = "", file = ""] = pathname.split("/");
  return { kind, run: file.slice(0, file.indexOf(".")) };
}

export function catalogueOf(shops: readonly string[], job: PlannedJob): string {
  const rows = job.products.map((addresses, index) => {
    const urls = addresses.map((address) => imageUrl(shops, job, address));
    return `${index + 1},Product ${index + 1},"${urls.join(",")}"`;
  });
  return ["S. No.,Product Name,Input Image Urls", ...rows, ""].join("\r\n");
}

export function countImages({ products }: PlannedJob): number {
  return new Set(products.flat()).size;
}

/**
 * The addresses whose image a job must not make again: an ended job had them with the same options, and no job of the run
 * took an output away.
 */
export function mustBeReused(jobs: readonly PlannedJob[], job: PlannedJob): Set<string> {
  const { follows, options } = job;
  const leader = follows?.when === "after" ? jobs[follows.job] : undefined;
  const isCertain =
    leader !== undefined &&
    options.reuse &&
    makeTheSame(leader.options, options) &&
    leader.act !== "cancel" &&
    jobs.every(({ act }) => act !== "delete" && act !== "delete later");
  return new Set(isCertain ? leader.products.flat() : []);
}
