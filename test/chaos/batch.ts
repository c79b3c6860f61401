// A queue that keeps no promise but one: what it still has it hands out some time. Several batches are handled at once, as
// the platform's consumers do it; the local queue would wait for each before it hands out the next. So every message is
// taken from that queue for good, and what is to come again is put on it anew with the count of its deliveries.
import { realSleep, speed } from "./clock.ts";
import { draw, Invocation, note } from "./faults.ts";

/** Batches that are being handled now. */
export let batchesUnderWay = 0;

const mostAtOnce = 4;
/** Of the world's, in place of the seven and a half that five minutes are. */
const longestDelaySeconds = 3;
/** As in wrangler.toml. */
const mostRetries: Record<string, number> = { images: 10, "images-dead": 100 };

type Handle = (batch: MessageBatch, invocation: Invocation) => Promise<void>;

/** A message, and how often it has been handed out. */
interface Letter {
  queue: string;
  id: string;
  timestamp: Date;
  body: unknown;
  attempts: number;
  /** Set where it is to come again. */
  retryAfterSeconds: number | null;
}

export async function deliver(
  batch: MessageBatch,
  queue: Queue,
  inBackground: (work: Promise<void>) => void,
  handle: Handle,
): Promise<void> {
  batch.ackAll();
  for (const [name, letters] of Map.groupBy(batch.messages.map(openMessage), ({ queue }) => queue)) {
    await untilOneMore();
    inBackground(deliverLetters(name, letters, queue, handle));
  }
}

/** Looks again and again: what one invocation waits for, another must not settle. */
async function untilOneMore(): Promise<void> {
  if (batchesUnderWay < mostAtOnce) return;
  await realSleep(5);
  return untilOneMore();
}

async function deliverLetters(name: string, letters: readonly Letter[], queue: Queue, handle: Handle): Promise<void> {
  batchesUnderWay += 1;
  try {
    await handOut(name, letters, handle);
    await putBack(queue, letters);
  } finally {
    batchesUnderWay -= 1;
  }
}

async function handOut(name: string, letters: readonly Letter[], handle: Handle): Promise<void> {
  const invocation = new Invocation(1);
  const drawn = draw("batch");
  const { lost, again, shuffled, doubled } = drawn?.weather.batch ?? { lost: 0, again: 0, shuffled: 0, doubled: 0 };
  const happens = (chance: number) => drawn?.random.chance(chance) === true;
  if (happens(lost)) return note("batch lost", letters.length);
  let handed = [...letters];
  if (happens(doubled)) {
    note("batch doubled");
    handed = handed.flatMap((letter) => [letter, letter]);
  }
  if (happens(shuffled)) {
    note("batch shuffled");
    handed.sort(() => (drawn?.random.fraction() ?? 0) - 0.5);
  }
  let comesAgain = happens(again);
  if (comesAgain) note("batch again");
  try {
    await Promise.race([handle(batchOf(name, handed), invocation), invocation.death]);
  } catch {
    comesAgain = true;
  }
  // Acked or not: nobody heard of it.
  if (comesAgain) for (const letter of letters) letter.retryAfterSeconds ??= 0;
}

function batchOf(queue: string, letters: readonly Letter[]): MessageBatch {
  const retry = (letter: Letter, options?: QueueRetryOptions) => {
    // Waits that the product asks for are by its own clock. The longest is cut: that nothing happens meanwhile tries nothing.
    letter.retryAfterSeconds = Math.min(longestDelaySeconds, Math.floor((options?.delaySeconds ?? 0) / speed));
  };
  return {
    queue,
    metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } },
    messages: letters.map((letter) => ({
      id: letter.id,
      timestamp: letter.timestamp,
      body: letter.body,
      attempts: letter.attempts,
      ack: () => {},
      retry: (options) => retry(letter, options),
    })),
    ackAll: () => {},
    retryAll: (options) => letters.forEach((letter) => retry(letter, options)),
  };
}

async function putBack(queue: Queue, letters: readonly Letter[]): Promise<void> {
  const back = letters.flatMap((letter) =>
    letter.retryAfterSeconds === null
      ? []
      : [{ body: { returned: returnedOf(letter) }, delaySeconds: letter.retryAfterSeconds }],
  );
  if (back.length > 0) await queue.sendBatch(back);
}

/** What is handed out too often goes to where the dead ones are. */
function returnedOf({ queue, id, timestamp, body, attempts }: Letter): Letter {
  const isDead = attempts > (mostRetries[queue] ?? 0);
  if (isDead) note("message dead");
  const next = isDead ? { queue: "images-dead", attempts: 1 } : { queue, attempts: attempts + 1 };
  return { ...next, id, timestamp, body, retryAfterSeconds: null };
}

function openMessage({ id, timestamp, body }: Message): Letter {
  if (isReturned(body)) return body.returned;
  return { queue: "images", id, timestamp, body, attempts: 1, retryAfterSeconds: null };
}

function isReturned(body: unknown): body is { returned: Letter } {
  return typeof body === "object" && body !== null && "returned" in body;
}
