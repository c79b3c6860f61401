// Halftone in production, event by event: jobs come in, their rows go to D1, their images to the queue, consumers take them
// in batches (D1, internet, R2, D1, coordinator). Pure: the same load and seed give the same run.
//
// What is not in it: the ramp-up of the consumers, failures and their retries, other customers, the speed of R2.
import { seededRandom } from "../../scripts/samples/seeded-random.ts";
import { platform, service } from "./figures.ts";

export interface Plan {
  queues: number;
  /** Databases; a job lives in one of them. */
  databases: number;
  /** Images in a batch. */
  batch: number;
}

export interface Offered {
  imagesPerSecond: number;
  imagesPerJob: number;
  seconds: number;
  seed: number;
}

export interface Run {
  /** Images that came in, were settled, and still waited at the end. */
  offered: number;
  settled: number;
  waiting: number;
  imagesPerSecond: number;
  /** From the upload of a job to its last image, at the middle and for 95 of 100; null where none was through. */
  jobSeconds: { median: number; p95: number } | null;
  /** Share of the time that each was busy, the busiest of its kind. */
  busy: { database: number; consumers: number; queue: number; coordinator: number };
  /** The longest wait for a database, in ms. D1 refuses what waits too long. */
  databaseWaitMs: number;
}

/** One thing at a time, first come first served. Asking tells when it will be done: nobody is ever turned away. */
class Server {
  freeAt = 0;
  busyMs = 0;
  longestWaitMs = 0;

  done(now: number, ms: number): number {
    const begins = Math.max(now, this.freeAt);
    this.longestWaitMs = Math.max(this.longestWaitMs, begins - now);
    this.freeAt = begins + ms;
    this.busyMs += ms;
    return this.freeAt;
  }

  /** Share of the time up to `until`; what is promised beyond it does not count. */
  busyShare(until: number): number {
    return (this.busyMs - Math.max(0, this.freeAt - until)) / until;
  }
}

interface Job {
  at: number;
  left: number;
  database: Server;
  queue: Queue;
  coordinator: Server;
}

interface Queue {
  sender: Server;
  waiting: { job: Job; images: number }[];
  /** Index of the first that waits: shifting a long array is slow. */
  head: number;
  idle: number;
}

type Event = { at: number } & (
  | { kind: "arrive" }
  | { kind: "sent"; job: Job; images: number }
  | { kind: "loaded"; job: Job; images: number }
  | { kind: "stored"; job: Job; images: number }
  | { kind: "recorded"; job: Job; images: number }
  | { kind: "reported"; job: Job; images: number }
);

export function simulate(plan: Plan, load: Offered): Run {
  const random = seededRandom(load.seed);
  const until = load.seconds * 1_000;
  const databases = Array.from({ length: plan.databases }, () => new Server());
  const queues: Queue[] = Array.from({ length: plan.queues }, () => ({
    sender: new Server(),
    waiting: [],
    head: 0,
    idle: platform.consumersPerQueue,
  }));
  const events = new Heap();
  const jobSeconds: number[] = [];
  let [offered, settled, jobs, consumerMs, busiestCoordinator] = [0, 0, 0, 0, 0];

  const begin = (queue: Queue, now: number) => {
    while (queue.idle > 0 && queue.head < queue.waiting.length) {
      const next = queue.waiting[queue.head];
      queue.head += 1;
      if (queue.head > 10_000) {
        queue.waiting.splice(0, queue.head);
        queue.head = 0;
      }
      if (next === undefined) return;
      queue.idle -= 1;
      consumerMs -= now;
      events.push({ kind: "loaded", at: next.job.database.done(now, service.d1ReadMs), ...next });
    }
  };
  const arrive = (now: number) => {
    const job: Job = {
      at: now,
      left: load.imagesPerJob,
      database: pick(databases, jobs),
      queue: pick(queues, jobs),
      coordinator: new Server(),
    };
    jobs += 1;
    offered += load.imagesPerJob;
    const recorded = job.database.done(now, service.insertMsPerImage * load.imagesPerJob);
    for (let sent = 0; sent < load.imagesPerJob; sent += plan.batch) {
      const images = Math.min(plan.batch, load.imagesPerJob - sent);
      const at = job.queue.sender.done(recorded, (images / platform.queueMessagesPerSecond) * 1_000);
      events.push({ kind: "sent", at, job, images });
    }
    const meanGap = (load.imagesPerJob / load.imagesPerSecond) * 1_000;
    events.push({ kind: "arrive", at: now - Math.log(1 - random()) * meanGap });
  };

  events.push({ kind: "arrive", at: 0 });
  for (let event = events.pop(); event !== undefined && event.at <= until; event = events.pop()) {
    const now = event.at;
    switch (event.kind) {
      case "arrive":
        arrive(now);
        break;
      case "sent":
        event.job.queue.waiting.push({ job: event.job, images: event.images });
        begin(event.job.queue, now);
        break;
      case "loaded":
        events.push({ ...event, kind: "stored", at: now + workMs(event.images, random) });
        break;
      case "stored":
        events.push({ ...event, kind: "recorded", at: event.job.database.done(now, service.d1WriteMs) });
        break;
      case "recorded":
        events.push({ ...event, kind: "reported", at: event.job.coordinator.done(now, service.reportMs) });
        break;
      case "reported": {
        const { job, images } = event;
        settled += images;
        job.left -= images;
        job.queue.idle += 1;
        consumerMs += now;
        if (job.left === 0) {
          jobSeconds.push((now - job.at) / 1_000);
          busiestCoordinator = Math.max(busiestCoordinator, job.coordinator.busyMs / (now - job.at));
        }
        begin(job.queue, now);
        break;
      }
    }
  }
  const atWork = queues.reduce((sum, { idle }) => sum + platform.consumersPerQueue - idle, 0);
  const consumers = plan.queues * platform.consumersPerQueue;
  jobSeconds.sort((a, b) => a - b);
  return {
    offered,
    settled,
    waiting: offered - settled,
    imagesPerSecond: settled / load.seconds,
    jobSeconds: jobSeconds.length === 0 ? null : { median: quantile(jobSeconds, 0.5), p95: quantile(jobSeconds, 0.95) },
    busy: {
      database: Math.max(...databases.map((server) => server.busyShare(until))),
      consumers: (consumerMs + atWork * until) / (consumers * until),
      queue: Math.max(...queues.map(({ sender }) => sender.busyShare(until))),
      coordinator: busiestCoordinator,
    },
    databaseWaitMs: Math.max(...databases.map((server) => server.longestWaitMs)),
  };
}

/** Downloads side by side, encoding one after another and overlapping with them, puts side by side. */
function workMs(images: number, random: () => number): number {
  const waves = Math.ceil(images / service.downloadsAtOnce);
  let downloads = 0;
  for (let wave = 0; wave < waves; wave++) downloads += service.downloadMs * (0.5 + random());
  return Math.max(downloads, images * service.cpuMsPerImage) + service.cpuMsPerImage + service.storeMs;
}

function pick<Item>(items: readonly Item[], at: number): Item {
  const item = items[at % items.length];
  if (item === undefined) throw new Error("There is nothing to pick from.");
  return item;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** The next event first. */
class Heap {
  readonly #events: Event[] = [];

  push(event: Event): void {
    const events = this.#events;
    let at = events.push(event) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = events[above];
      if (parent === undefined || parent.at <= event.at) break;
      events[at] = parent;
      at = above;
    }
    events[at] = event;
  }

  pop(): Event | undefined {
    const events = this.#events;
    const first = events[0];
    const last = events.pop();
    if (last === undefined || events.length === 0) return first;
    let at = 0;
    for (;;) {
      const [left, right] = [events[2 * at + 1], events[2 * at + 2]];
      if (left === undefined) break;
      const isRight = right !== undefined && right.at < left.at;
      const child = isRight ? right : left;
      if (child.at >= last.at) break;
      events[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    events[at] = last;
    return first;
  }
}
