import { describe, expect, test } from "vitest";
import { readBody } from "../../src/net/read-body.ts";
import type { ReadBodyOptions } from "../../src/net/read-body.ts";

const options: ReadBodyOptions = { maxBytes: 1000, expectedBytes: 0, peekBytes: 16, isWanted: () => true };

/** A body in pieces of the given sizes; `then` decides how it goes on after the last. */
function body(sizes: number[], then: "close" | "break" | "more" = "close") {
  const state = { cancelled: false };
  let next = 0;
  const stream = new ReadableStream({
    type: "bytes",
    pull(controller: ReadableByteStreamController) {
      const size = sizes[next++];
      if (size !== undefined) controller.enqueue(new Uint8Array(size).fill(next));
      else if (then === "close") endOf(controller);
      else if (then === "break") controller.error(new Error("broken"));
      else controller.enqueue(new Uint8Array(100));
    },
    cancel() {
      state.cancelled = true;
    },
  });
  return { stream, state };
}

/** A read that waits for bytes has to be answered beside the closing. */
function endOf(controller: ReadableByteStreamController): void {
  controller.close();
  controller.byobRequest?.respond(0);
}

describe("readBody", () => {
  test.each([0, 1, 999, 1000, 5000])("keeps every byte in order, expecting %i", async (expectedBytes) => {
    const { stream } = body([1, 500, 499]);

    const result = await readBody(stream, { ...options, expectedBytes });

    const bytes = [...Array(1).fill(1), ...Array(500).fill(2), ...Array(499).fill(3)];
    expect(result).toEqual({ end: "complete", bytes: Uint8Array.from(bytes) });
    expect(result.end === "complete" && result.bytes.buffer.byteLength).toBe(1000);
  });

  test("lends the network room for more than the 4 KB that it hands out unasked", async () => {
    const lent: number[] = [];
    const stream = new ReadableStream({
      type: "bytes",
      pull(controller: ReadableByteStreamController) {
        lent.push(controller.byobRequest?.view?.byteLength ?? 0);
        if (lent.length === 3) return endOf(controller);
        controller.byobRequest?.respond(1);
      },
    });

    const result = await readBody(stream, options);

    expect(result).toMatchObject({ end: "complete", bytes: new Uint8Array(2) });
    expect(Math.min(...lent)).toBeGreaterThanOrEqual(64 * 1024);
  });

  test("takes a body of just the limit and refuses one byte more", async () => {
    const atLimit = body([600, 400]);
    const pastIt = body([600, 401], "more");

    expect((await readBody(atLimit.stream, options)).end).toBe("complete");
    expect((await readBody(pastIt.stream, options)).end).toBe("too_large");
    expect(pastIt.state.cancelled).toBe(true);
  });

  test("shows the first bytes once, when there are enough of them", async () => {
    const seen: number[] = [];
    const isWanted = (start: Uint8Array) => seen.push(start.length) > 0;

    await readBody(body([15, 1, 50]).stream, { ...options, isWanted });

    expect(seen).toEqual([16]);
  });

  test("shows a short body when it ends, and an empty one as well", async () => {
    const seen: number[] = [];
    const isWanted = (start: Uint8Array) => seen.push(start.length) > 0;

    await readBody(body([15]).stream, { ...options, isWanted });
    await readBody(body([]).stream, { ...options, isWanted });
    await readBody(null, { ...options, isWanted });

    expect(seen).toEqual([15, 0, 0]);
  });

  test("cancels what is not wanted", async () => {
    const { stream, state } = body([16], "more");

    expect((await readBody(stream, { ...options, isWanted: () => false })).end).toBe("unwanted");

    expect(state.cancelled).toBe(true);
  });

  test("says what came before a body broke", async () => {
    const result = await readBody(body([10, 10], "break").stream, options);

    expect(result).toMatchObject({ end: "broken", error: new Error("broken") });
    expect(result.end === "broken" && result.bytes.length).toBe(20);
  });
});
