// Takes hold of a job's coordinator: runs its alarm, moves its clock, or puts something broken in its way.
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { Coordinator } from "../../src/job/coordinator.ts";
import type { NewCoordination } from "../../src/job/coordinator-state.ts";
import { acceptJob } from "../../src/job/accept.ts";
import { parseCsv } from "../../src/catalogue/csv.ts";
import { validateTable } from "../../src/catalogue/validate.ts";
import type { RecordedOutcome } from "../../src/store/images.ts";
import type { Dialect } from "../../src/store/schema.ts";
import { origin } from "./jobs.ts";

/** A queue that takes messages and delivers none. */
export function losingQueue() {
  const sent: number[] = [];
  const queue = {
    sent,
    async sendBatch(messages: Iterable<{ body: { position: number } }>) {
      for (const message of messages) sent.push(message.body.position);
    },
    async metrics() {
      return { backlogCount: 0, backlogBytes: 0 };
    },
  };
  return queue;
}

/** An environment in which some bindings are replaced. */
export function envWith(replaced: Record<string, unknown>): Env {
  return { ...env, ...replaced };
}

/** Coordinators that work with other bindings from their first step on. */
export function coordinatorsWith(replaced: Record<string, unknown>) {
  return {
    getByName(name: string) {
      const stub = env.COORDINATOR.getByName(name);
      return {
        async prepare(job: NewCoordination) {
          await replaceBindings(stub, replaced);
          await stub.prepare(job);
        },
        start: () => stub.start(),
        snapshot: () => stub.snapshot(),
      };
    },
  };
}

/** Coordinators whose messages reach nobody: their jobs wait for ever. */
export function quietCoordinators() {
  return coordinatorsWith({ IMAGE_QUEUE: losingQueue() });
}

/** Accepts a job whose coordinator works with other bindings from its first step on. */
export async function acceptWith(
  replaced: Record<string, unknown>,
  csv: string,
  webhookUrl: string | null = null,
  dialect: Dialect = "v1",
  email: string[] = [],
) {
  return acceptJob(envWith({ COORDINATOR: coordinatorsWith(replaced) }), {
    catalogue: validateTable(parseCsv(new TextEncoder().encode(csv)), { onInvalid: "skip", maxImages: 10_000 }),
    input: new TextEncoder().encode(csv),
    jobId: crypto.randomUUID(),
    owner: null,
    dialect,
    options: { quality: 50, format: "keep", scale: 1, background: "#ffffff", email },
    webhookUrl,
    origin,
    imageBaseUrl: origin,
  });
}

export function replaceBindings(
  stub: DurableObjectStub<Coordinator>,
  replaced: Record<string, unknown>,
): Promise<boolean> {
  return runInDurableObject(stub, (instance) => Reflect.set(instance, "env", envWith(replaced)));
}

/** Runs the alarm as if `seconds` had gone by. */
export async function runAlarmAfter(stub: DurableObjectStub<Coordinator>, seconds: number): Promise<void> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 });
  try {
    await runDurableObjectAlarm(stub);
  } finally {
    vi.useRealTimers();
  }
}

/** An outcome as a consumer would report it. */
export function recordedOutcome(position: number, changes: Partial<RecordedOutcome> = {}): RecordedOutcome {
  return {
    jobId: "",
    position,
    url: `https://shop.example/${position}.jpg`,
    uses: 1,
    outcome: "compressed",
    failure: null,
    extension: null,
    format: "jpeg",
    width: 1,
    height: 1,
    outputWidth: 1,
    outputHeight: 1,
    bytesIn: 10,
    bytesOut: 5,
    attempts: 1,
    reused: false,
    ...changes,
  };
}
