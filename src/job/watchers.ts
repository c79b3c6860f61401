// Those who watch a running job by server-sent events (HTML Living Standard, 9.2). Each watcher draws from the log at
// its own pace, so a slow one costs nothing but itself, and a report costs the same with a hundred watchers as with one
// until they ask for it.

import type { EventLog } from "./event-log.ts";

/** At most four a second. */
const progressEveryMs = 250;
/** Below the usual 60 s after which proxies cut a silent connection. */
const heartbeatEveryMs = 15_000;
const reconnectAfterMs = 2_000;

export const eventStreamHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  // Proxies of the nginx kind would hold events back to fill a buffer.
  "x-accel-buffering": "no",
} as const;

interface Watcher {
  /** Number of the last image event it was given. */
  seen: number;
  progressDue: boolean;
  heartbeatDue: boolean;
  /** Wakes a watcher that has read all there is. */
  wake: () => void;
}

export interface WatchedJob {
  log: EventLog;
  /** Data of the next `progress` event. */
  progress(): unknown;
}

export class Watchers {
  private readonly job: WatchedJob;
  private readonly watchers = new Set<Watcher>();
  private progressTimer: ReturnType<typeof setTimeout> | null = null;
  private heartbeatTimer: ReturnType<typeof setInterval> | null = null;
  /** The last event of all, once the job has ended. */
  private done: string | null = null;

  constructor(job: WatchedJob) {
    this.job = job;
  }

  get count(): number {
    return this.watchers.size;
  }

  /** A stream of what happened behind event number `after`, and of what happens from now on, until `done`. */
  open(after: number): ReadableStream<Uint8Array> {
    const watcher: Watcher = { seen: after, progressDue: true, heartbeatDue: false, wake: () => {} };
    this.watchers.add(watcher);
    this.heartbeatTimer ??= setInterval(() => this.beat(), heartbeatEveryMs);
    const encoder = new TextEncoder();
    let greeting = `retry: ${reconnectAfterMs}\n\n`;
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          for (;;) {
            const text = greeting + this.take(watcher);
            greeting = "";
            if (text !== "") {
              controller.enqueue(encoder.encode(text));
              return;
            }
            if (this.done !== null) {
              controller.enqueue(encoder.encode(this.done));
              controller.close();
              this.leave(watcher);
              return;
            }
            const news = Promise.withResolvers<void>();
            watcher.wake = news.resolve;
            await news.promise;
          }
        },
        cancel: () => this.leave(watcher),
      },
      // Nothing is made before somebody reads it.
      { highWaterMark: 0 },
    );
  }

  /** There is something new in the log. */
  notify(): void {
    if (this.watchers.size === 0) return;
    for (const watcher of this.watchers) watcher.wake();
    this.progressTimer ??= setTimeout(() => {
      this.progressTimer = null;
      for (const watcher of this.watchers) {
        watcher.progressDue = true;
        watcher.wake();
      }
    }, progressEveryMs);
  }

  /** The job has ended: everyone is given the rest, then `done`. Then nobody needs the log any more. */
  end(data: unknown): void {
    this.done = formatDone(data);
    for (const watcher of this.watchers) watcher.wake();
    if (this.watchers.size === 0) this.job.log.clear();
  }

  /** The job runs again. */
  reopen(): void {
    this.done = null;
  }

  private beat(): void {
    for (const watcher of this.watchers) {
      watcher.heartbeatDue = true;
      watcher.wake();
    }
  }

  /** What a watcher has not seen yet, a piece at a time; empty when it has seen all. */
  private take(watcher: Watcher): string {
    let text = "";
    for (const { number, event } of this.job.log.read(watcher.seen)) {
      text += `id: ${number}\n${event}`;
      watcher.seen = number;
    }
    if (watcher.progressDue) {
      text += formatEvent("progress", this.job.progress());
      watcher.progressDue = false;
    }
    if (text === "" && watcher.heartbeatDue) text = ": still here\n\n";
    watcher.heartbeatDue = false;
    return text;
  }

  private leave(watcher: Watcher): void {
    this.watchers.delete(watcher);
    // A timer that runs on would keep the coordinator in memory, and billed, with nobody there.
    if (this.watchers.size > 0) return;
    if (this.done !== null) this.job.log.clear();
    if (this.heartbeatTimer !== null) clearInterval(this.heartbeatTimer);
    if (this.progressTimer !== null) clearTimeout(this.progressTimer);
    this.heartbeatTimer = null;
    this.progressTimer = null;
  }
}

/** One event; JSON has no line breaks, so its data is one line. */
export function formatEvent(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The id of the last event. A browser's EventSource connects again after the end, with it, and is told to stay away. */
export const doneId = "done";

/** The last event of a job's stream. */
export function formatDone(job: unknown): string {
  return `id: ${doneId}\n${formatEvent("done", job)}`;
}
