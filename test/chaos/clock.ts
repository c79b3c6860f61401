// The chaos worker's clock: it runs 40 times as fast as the world's, so that waits of minutes (silence, back-off, webhook
// schedule) are over in seconds and every one of them is really waited. To be imported before the product, whose modules
// take hold of the clock as they load; and not by the driver, who lives by the world's.

export const speed = 40;

/** Fixed, so that a clock that is started anew goes on where the last one was. */
const epoch = Date.UTC(2026, 0, 1);

export function toFast(ms: number): number {
  return epoch + (ms - epoch) * speed;
}

export function toReal(ms: number): number {
  return epoch + (ms - epoch) / speed;
}

const realNow = Date.now.bind(Date);
const realSetTimeout = globalThis.setTimeout.bind(globalThis);

/** Waits by the world's clock. */
export function realSleep(ms: number): Promise<void> {
  return new Promise((resolve) => void realSetTimeout(resolve, ms));
}

Reflect.set(Date, "now", () => Math.floor(toFast(realNow())));
/** A receiver or a source on a busy machine needs this much, whatever the clock says. */
const leastTimeoutMs = 2_000;

Reflect.set(globalThis, "setTimeout", (work: () => void, ms = 0) =>
  realSetTimeout(work, Math.max(ms / speed, Math.min(ms, leastTimeoutMs))),
);
