// How many bytes of downloaded images one isolate holds at a time. An isolate has 128 MB for everything, so a download
// reserves room as soon as its server has said how much comes (and the most it may be where none said), and whoever holds
// the bytes releases the reservation when the image is encoded.
import { Semaphore } from "./semaphore.ts";
import type { Permit } from "./semaphore.ts";

export type ByteReservation = Permit;

export interface ByteBudgetOptions {
  totalBytes: number;
  /** After this long a reservation is granted although the budget is spent. */
  waitMs: number;
  /** After this long a reservation is taken back: the invocation that held it has died. */
  holdMs: number;
  now?: () => number;
}

export class ByteBudget {
  readonly #semaphore: Semaphore;

  constructor({ totalBytes, ...options }: ByteBudgetOptions) {
    this.#semaphore = new Semaphore({ capacity: totalBytes, ...options });
  }

  get reservedBytes(): number {
    return this.#semaphore.used;
  }

  /** Waits, first come first served. More than the whole budget is granted when nothing else is held. */
  reserve(bytes: number): Promise<ByteReservation> {
    return this.#semaphore.acquire(bytes);
  }
}
