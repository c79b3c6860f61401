// The two clocks of a download: one until a server answers, one for everything. Whichever runs out first aborts the request
// in flight, and is remembered, since an aborted fetch throws whatever the runtime likes.
import type { ImageFailure } from "../errors.ts";

export interface DeadlineOptions {
  headersTimeoutMs: number;
  totalTimeoutMs: number;
}

export class Deadline {
  readonly #options: DeadlineOptions;
  readonly #controller = new AbortController();
  readonly #total: ReturnType<typeof setTimeout>;
  #phase: "headers" | "body" = "headers";
  #missed: ImageFailure | null = null;

  constructor(options: DeadlineOptions) {
    this.#options = options;
    this.#total = setTimeout(() => this.#miss(options.totalTimeoutMs), options.totalTimeoutMs);
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

  /** Ends the wait for good; a timer left behind would keep the invocation alive. */
  stop(): void {
    clearTimeout(this.#total);
  }

  #miss(waitedMs: number): void {
    this.#missed ??= { kind: "timeout", waitedMs, phase: this.#phase };
    this.#controller.abort();
  }
}
