// What travels on the queue: one message is one image, named by job and position and nothing else, so that a message
// never goes stale and stays far below the 2.5 KB that lets 100 of them share one `sendBatch`.

export interface ImageMessage {
  job: string;
  position: number;
}

/** Cloudflare's bound for one `sendBatch`. */
export const maxMessagesPerSend = 100;

/** Puts images on the queue; at most `maxMessagesPerSend` positions. */
export async function sendImages(queue: Queue, jobId: string, positions: readonly number[]): Promise<void> {
  await queue.sendBatch(positions.map((position) => ({ body: { job: jobId, position } satisfies ImageMessage })));
}

/** Null for a body that is no message of ours. */
export function readMessage(body: unknown): ImageMessage | null {
  if (typeof body !== "object" || body === null || !("job" in body) || !("position" in body)) return null;
  const { job, position } = body;
  return typeof job === "string" && typeof position === "number" && Number.isInteger(position)
    ? { job, position }
    : null;
}

export interface Backlog {
  messages: number;
  bytes: number;
  /** When the oldest message was sent, in ms; null when none waits. */
  oldestAt: number | null;
}

export async function readBacklog(queue: Queue): Promise<Backlog> {
  const { backlogCount, backlogBytes, oldestMessageTimestamp } = await queue.metrics();
  const oldest = oldestMessageTimestamp?.getTime() ?? 0;
  return { messages: backlogCount, bytes: backlogBytes, oldestAt: backlogCount > 0 && oldest > 0 ? oldest : null };
}

/**
 * Whether messages sent at `sentAt` (ms) may still wait on the queue. The queue is first in, first out, so they are
 * through once its oldest message is younger. False when the queue does not tell.
 */
export async function mayStillWait(queue: Queue, sentAt: number): Promise<boolean> {
  const { oldestAt } = await readBacklog(queue);
  return oldestAt !== null && oldestAt <= sentAt;
}
