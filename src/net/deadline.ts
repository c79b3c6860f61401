// The two clocks of a download: one until a server answers, one for everything. Whichever runs out first aborts the request
// in flight, and is remembered, since an aborted fetch throws whatever the runtime likes. While a download waits for its
// turn in our own house the clocks stand still: that is not the server's fault.
import type { ImageFailure } from "../errors.ts";

export interface DeadlineOptions {
  headersTimeoutMs: number;
  totalTimeoutMs: number;
}

export class Deadline {
  readonly #options: DeadlineOptions;
  readonly #controller = new AbortController();
  #leftMs: number;
  #startedAt = 0;
  #total: ReturnType<typeof setTimeout> | undefined;
  #phase: "headers" | "body" = "headers";
  #missed: ImageFailure | null = null;

  constructor(options: DeadlineOptions) {
    this.#options = options;
    this.#leftMs = options.totalTimeoutMs;
    this.#run();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The `timeout` that happened, or null while there is time. */
  get missed(): ImageFailure | null {
    return this.#missed;
  }

  /** Gives one request its own time to answer. */
  async untilHeaders<T>(answer: Promise<T>): Promise<T> {
    const { headersTimeoutMs } = this.#options;
    this.#phase = "headers";
    const timer = setTimeout(() => this.#miss(headersTimeoutMs), headersTimeoutMs);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
      this.#phase = "body";
    }
  }

  /** Waits for something of ours, off the clock. */
  async pausedFor<T>(turn: Promise<T>): Promise<T> {
    this.stop();
    try {
      return await turn;
    } finally {
      this.#run();
    }
  }

  /** Ends the wait for good; a timer left behind would keep the invocation alive. */
  stop(): void {
    clearTimeout(this.#total);
    this.#leftMs -= Date.now() - this.#startedAt;
  }

  #run(): void {
    this.#startedAt = Date.now();
    this.#total = setTimeout(() => this.#miss(this.#options.totalTimeoutMs), Math.max(0, this.#leftMs));
  }

  #miss(waitedMs: number): void {
    this.#missed ??= { kind: "timeout", waitedMs, phase: this.#phase };
    this.#controller.abort();
  }
}
