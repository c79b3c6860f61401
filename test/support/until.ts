// Waits until something is so. The time is there to end what hangs: a busy machine with two cores may be slow.
import { vi } from "vitest";

export function until<T>(check: () => T | Promise<T>) {
  return vi.waitUntil(check, { timeout: 30_000, interval: 20 });
}
