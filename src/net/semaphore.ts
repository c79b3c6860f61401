// Lets so much through at a time, first come first served. It lives in module scope of an isolate that many invocations
// share, and an invocation can die without a word while it holds something. Therefore nothing here waits for ever: who has
// waited `waitMs` goes ahead, and what was held for `holdMs` is taken back.
//
// A timer belongs to the invocation that set it and dies with it, so each waiter sets and clears its own and no one
// else's; taking back is done by whoever comes next.

export interface SemaphoreOptions {
  capacity: number;
  /** After this long a waiter goes ahead, full or not. */
  waitMs: number;
  /** After this long a holder is taken for dead. Longer than any work that is still alive. */
  holdMs: number;
  now?: () => number;
}

export interface Permit {
  readonly weight: number;
  /** Gives a part back; a larger weight than now changes nothing. */
  shrink(weight: number): void;
  /** Gives all back. Once is enough, more often does no harm. */
  release(): void;
}

interface Holder {
  weight: number;
  since: number;
}

interface Waiter {
  holder: Holder;
  goAhead: () => void;
}

export class Semaphore {
  readonly #options: SemaphoreOptions;
  readonly #now: () => number;
  readonly #holders = new Set<Holder>();
  readonly #waiters = new Set<Waiter>();
  #used = 0;

  constructor(options: SemaphoreOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  get used(): number {
    return this.#used;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  get isIdle(): boolean {
    return this.#holders.size === 0 && this.#waiters.size === 0;
  }

  /** Waits for its turn. A weight above the whole capacity gets through when nothing else is held. */
  async acquire(weight: number): Promise<Permit> {
    const permit = this.tryAcquire(weight);
    if (permit !== null) return permit;
    const holder: Holder = { weight, since: this.#now() };
    await this.#queue(holder);
    return this.#permit(holder);
  }

  /** Null where it would have to wait: nobody is overtaken. */
  tryAcquire(weight: number): Permit | null {
    this.#takeBackFromTheDead();
    if (this.#waiters.size > 0 || !this.#fits(weight)) return null;
    const holder: Holder = { weight, since: this.#now() };
    this.#admit(holder);
    return this.#permit(holder);
  }

  async #queue(holder: Holder): Promise<void> {
    const turn = Promise.withResolvers<void>();
    const waiter: Waiter = { holder, goAhead: turn.resolve };
    this.#waiters.add(waiter);
    const patience = setTimeout(() => {
      this.#takeBackFromTheDead();
      this.#waiters.delete(waiter);
      if (!this.#holders.has(holder)) this.#admit(holder);
      turn.resolve();
    }, this.#options.waitMs);

    await turn.promise;
    clearTimeout(patience);
  }

  #permit(holder: Holder): Permit {
    const giveBack = (weight: number) => {
      if (!this.#holders.has(holder) || weight >= holder.weight) return;
      this.#used -= holder.weight - weight;
      holder.weight = weight;
      this.#takeBackFromTheDead();
    };
    return {
      get weight() {
        return holder.weight;
      },
      shrink: (weight) => giveBack(Math.max(0, weight)),
      release: () => {
        giveBack(0);
        this.#holders.delete(holder);
      },
    };
  }

  #fits(weight: number): boolean {
    return this.#used === 0 || this.#used + weight <= this.#options.capacity;
  }

  #admit(holder: Holder): void {
    holder.since = this.#now();
    this.#holders.add(holder);
    this.#used += holder.weight;
  }

  /** Strictly in order: a small one never overtakes a large one, or the large one would starve. */
  #admitInOrder(): void {
    for (const waiter of this.#waiters) {
      if (!this.#fits(waiter.holder.weight)) return;
      this.#waiters.delete(waiter);
      this.#admit(waiter.holder);
      waiter.goAhead();
    }
  }

  #takeBackFromTheDead(): void {
    // Both sets are in the order of time.
    for (const holder of this.#holders) {
      if (this.#now() - holder.since < this.#options.holdMs) break;
      this.#holders.delete(holder);
      this.#used -= holder.weight;
    }
    for (const waiter of this.#waiters) {
      // Alive, its own timer is about to let it go ahead.
      if (this.#now() - waiter.holder.since < this.#options.waitMs) break;
      this.#waiters.delete(waiter);
    }
    this.#admitInOrder();
  }
}
