// A queue that keeps no promise but one: what it still has it hands out some time.
import { speed } from "./clock.ts";
import { draw, Invocation, note } from "./faults.ts";

/** Batches that are being handled now. */
export let batchesUnderWay = 0;

export async function deliver(
  batch: MessageBatch,
  handle: (batch: MessageBatch, invocation: Invocation) => Promise<void>,
): Promise<void> {
  batchesUnderWay += 1;
  try {
    await deliverBatch(batch, handle);
  } finally {
    batchesUnderWay -= 1;
  }
}

async function deliverBatch(batch: MessageBatch, handle: Parameters<typeof deliver>[1]): Promise<void> {
  const invocation = new Invocation(1);
  const drawn = draw("batch");
  if (drawn === null) return handle(copyOf(batch, batch.messages), invocation);
  const { random } = drawn;
  const { lost, again, shuffled, doubled } = drawn.weather.batch;
  if (random.chance(lost)) {
    note("batch lost", batch.messages.length);
    return;
  }
  let messages = [...batch.messages];
  if (random.chance(doubled)) {
    note("batch doubled");
    messages = messages.flatMap((message) => [message, message]);
  }
  if (random.chance(shuffled)) {
    note("batch shuffled");
    messages.sort(() => random.fraction() - 0.5);
  }
  await Promise.race([handle(copyOf(batch, messages), invocation), invocation.death]);
  if (random.chance(again)) {
    note("batch again");
    // Locally a throw brings every message again, acked or not.
    throw new Error("handled, and delivered again all the same");
  }
}

/** Waits that the product asks for are by its own clock. */
function copyOf(batch: MessageBatch, messages: readonly Message[]): MessageBatch {
  return {
    queue: batch.queue,
    metadata: batch.metadata,
    messages: messages.map((message) => ({
      id: message.id,
      timestamp: message.timestamp,
      body: message.body,
      attempts: message.attempts,
      ack: () => message.ack(),
      retry: (options) => message.retry({ delaySeconds: Math.floor((options?.delaySeconds ?? 0) / speed) }),
    })),
    ackAll: () => batch.ackAll(),
    retryAll: (options) => batch.retryAll(options),
  };
}
