import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import { acceptWith, losingQueue, recordedOutcome } from "../support/coordinators.ts";
import { catalogue, coordinatorOf, request, submit, waitForEnd } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";
import { until } from "../support/until.ts";

const shop = "https://shop.example";

interface Event {
  id: string | null;
  event: string;
  data: Json;
}

/** Reads a stream as a browser's EventSource does. */
class EventReader {
  private readonly reader: ReadableStreamDefaultReader<string>;
  private pending = "";

  constructor(response: Response) {
    if (response.body === null) throw new Error("no body");
    this.reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next event of one of these names; null at the end of the stream. */
  async next(...names: string[]): Promise<Event | null> {
    for (;;) {
      const end = this.pending.indexOf("\n\n");
      if (end === -1) {
        const { done, value } = await this.reader.read();
        if (done) return null;
        this.pending += value;
        continue;
      }
      const fields = new Map(
        this.pending
          .slice(0, end)
          .split("\n")
          .map((line): [string, string] => [line.split(": ", 1)[0] ?? "", line.slice(line.indexOf(": ") + 2)]),
      );
      this.pending = this.pending.slice(end + 2);
      const event = fields.get("event");
      if (event !== undefined && names.includes(event)) {
        return { id: fields.get("id") ?? null, event, data: JSON.parse(fields.get("data") ?? "null") };
      }
    }
  }

  async all(...names: string[]): Promise<Event[]> {
    const events: Event[] = [];
    for (let event = await this.next(...names); event !== null; event = await this.next(...names)) events.push(event);
    return events;
  }

  cancel(): Promise<void> {
    return this.reader.cancel();
  }
}

async function watch(id: string, lastEventId?: string): Promise<EventReader> {
  const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
  const response = await request(`/v1/jobs/${id}/events`, { headers });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  return new EventReader(response);
}

function countWatchers(id: string): Promise<number> {
  return runInDurableObject(coordinatorOf(id), (instance) => Reflect.get(instance, "watchers").count);
}

const quietJob = (...urls: string[]) => acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue(urls));

describe("GET /v1/jobs/{id}/events", () => {
  test("tells progress, every outcome and the end of a real job, and closes", async () => {
    const { id } = await submit(catalogue([`${shop}/photo.jpg`, `${shop}/missing.jpg`]));

    const events = await (await watch(id)).all("progress", "image", "done");

    const images = events.filter((event) => event.event === "image");
    const done = events.at(-1);
    expect(events.some((event) => event.event === "progress")).toBe(true);
    expect(new Set(images.map((event) => [event.data.position, event.data.outcome].join(" ")))).toEqual(
      new Set(["1 compressed", "2 failed"]),
    );
    expect(images[0]?.data.source).toContain(shop);
    expect(done).toMatchObject({ event: "done", data: { id, state: "completed", images_processed: 2 } });
    expect(await waitForEnd(id)).toEqual(done?.data);
  });

  test("of a job that has ended is done at once", async () => {
    const { id } = await submit(catalogue([`${shop}/missing.jpg`]));
    await waitForEnd(id);

    const events = await (await watch(id)).all("progress", "image", "done");

    expect(events).toMatchObject([{ event: "done", data: { state: "failed" } }]);
  });

  test("of a job that has ended is nothing to one who was told so", async () => {
    const { id } = await submit(catalogue([`${shop}/missing.jpg`]));
    await waitForEnd(id);
    const told = await (await watch(id)).next("done");

    const again = await request(`/v1/jobs/${id}/events`, { headers: { "last-event-id": told?.id ?? "" } });

    expect([again.status, await again.text()]).toEqual([204, ""]);
  });

  test("begins anew for one who was told of the end of a run before", async () => {
    const job = await quietJob(`${shop}/1.jpg`);
    await coordinatorOf(job.id).report([recordedOutcome(1, { outcome: "failed", failure: { kind: "lost" } })]);
    await waitForEnd(job.id);
    await request(`/v1/jobs/${job.id}/retry`, { method: "POST" });

    const reader = await watch(job.id, "done");

    expect(await reader.next("progress", "done")).toMatchObject({ event: "progress" });
    await reader.cancel();
  });

  test("says when to come back, and every 15 seconds that it is still there", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const job = await quietJob(`${shop}/1.jpg`);
      const { body } = await request(`/v1/jobs/${job.id}/events`);
      const reader = (body ?? new ReadableStream<Uint8Array>()).pipeThrough(new TextDecoderStream()).getReader();
      const read = async () => (await reader.read()).value;

      const greeting = await read();
      await runInDurableObject(coordinatorOf(job.id), () => void vi.advanceTimersByTime(15_000));

      expect(greeting).toMatch(/^retry: 2000\n\nevent: progress\n/);
      expect(await read()).toBe(": still here\n\n");
      await reader.cancel();
    } finally {
      vi.useRealTimers();
    }
  });

  test("answers HEAD and keeps no watcher for it", async () => {
    const job = await quietJob(`${shop}/1.jpg`);

    const head = await request(`/v1/jobs/${job.id}/events`, { method: "HEAD" });

    expect([head.status, head.headers.get("content-type")]).toEqual([200, "text/event-stream; charset=utf-8"]);
    await until(async () => (await countWatchers(job.id)) === 0);
  });

  test("goes on behind the last event that was seen, also after the coordinator was evicted", async () => {
    const job = await quietJob(`${shop}/1.jpg`, `${shop}/2.jpg`, `${shop}/3.jpg`);
    const coordinator = coordinatorOf(job.id);
    await coordinator.report([recordedOutcome(2), recordedOutcome(1)]);
    const first = await watch(job.id);
    const seen = await first.next("image");
    await first.cancel();
    await evictDurableObject(coordinator);
    await coordinator.report([recordedOutcome(3)]);

    const events = await (await watch(job.id, seen?.id ?? "")).all("image", "done");

    expect(seen).toMatchObject({ id: "1", data: { position: 2 } });
    expect(events.map((event) => [event.id, event.data.position ?? event.event])).toEqual([
      ["2", 1],
      ["3", 3],
      ["done", "done"],
    ]);
  });

  test.each(["", "-4", "x", "1e999"])("takes the nonsensical Last-Event-ID %j for none", async (lastEventId) => {
    const job = await quietJob(`${shop}/1.jpg`);
    const reader = await watch(job.id, lastEventId);
    await coordinatorOf(job.id).report([recordedOutcome(1)]);

    expect(await reader.next("image", "done")).toMatchObject({ event: "image", id: "1" });
    await reader.all("done");
  });

  test("serves a hundred watchers the same, and a slow one holds up nobody", async () => {
    const job = await quietJob(...Array.from({ length: 40 }, (_, index) => `${shop}/${index}.jpg`));
    const slow = await watch(job.id);
    const readers = await Promise.all(Array.from({ length: 100 }, () => watch(job.id)));

    for (let position = 1; position <= 40; position += 10) {
      const batch = Array.from({ length: 10 }, (_, index) => recordedOutcome(position + index));
      await coordinatorOf(job.id).report(batch);
    }
    const counts = await Promise.all(readers.map(async (reader) => (await reader.all("image")).length));

    expect(new Set(counts)).toEqual(new Set([40]));
    expect(await slow.all("image")).toHaveLength(40);
  });

  test("does not flood a watcher with progress", async () => {
    const job = await quietJob(...Array.from({ length: 30 }, (_, index) => `${shop}/${index}.jpg`));
    const reader = await watch(job.id);
    for (let position = 1; position <= 30; position++) await coordinatorOf(job.id).report([recordedOutcome(position)]);

    const events = await reader.all("progress");

    // 30 reports within a moment: the one at the start, and few after it.
    expect(events.length).toBeLessThan(10);
  });

  test("of an unknown job is a 404", async () => {
    expect((await request(`/v1/jobs/${crypto.randomUUID()}/events`)).status).toBe(404);
  });
});
