// At most so many downloads at a time from one host in one isolate, so that a catalogue never hammers the shop it comes from.
import { Semaphore } from "./semaphore.ts";

export interface HostLimitOptions {
  perHost: number;
  /** After this long a download starts although its host is busy. */
  waitMs: number;
  /** After this long a download is forgotten: the invocation that made it has died. */
  holdMs: number;
  /** Hosts remembered at a time; idle ones are forgotten first. */
  maxHosts: number;
  now?: () => number;
}

export class HostLimit {
  readonly #options: HostLimitOptions;
  readonly #hosts = new Map<string, Semaphore>();

  constructor(options: HostLimitOptions) {
    this.#options = options;
  }

  get rememberedHosts(): number {
    return this.#hosts.size;
  }

  /** Does `work` when it is this host's turn; `host` as in `URL.host`. */
  async run<T>(host: string, work: () => Promise<T>): Promise<T> {
    const semaphore = this.#semaphoreOf(host);
    const permit = await semaphore.acquire(1);
    try {
      return await work();
    } finally {
      permit.release();
      if (semaphore.isIdle && this.#hosts.get(host) === semaphore) this.#hosts.delete(host);
    }
  }

  #semaphoreOf(host: string): Semaphore {
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;

    // Idle hosts leave at once, so only dead invocations can fill the map; the oldest is the likeliest of them.
    const oldest = this.#hosts.keys().next();
    if (this.#hosts.size >= this.#options.maxHosts && !oldest.done) this.#hosts.delete(oldest.value);

    const { perHost, waitMs, holdMs, now } = this.#options;
    const semaphore = new Semaphore({ capacity: perHost, waitMs, holdMs, ...(now && { now }) });
    this.#hosts.set(host, semaphore);
    return semaphore;
  }
}
