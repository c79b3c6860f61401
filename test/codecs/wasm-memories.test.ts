import { describe, expect, test } from "vitest";
import { WasmMemories, type Loan } from "../../src/codecs/wasm-memories.ts";

/** Of a megabyte, so that what is spared is eight of them. */
const page = 1024 * 1024;
const wasmPages = 16;
const need = (usualPages: number, roomPages: number, leastPages = 1) => ({
  leastBytes: leastPages * page,
  usualBytes: usualPages * page,
  roomBytes: roomPages * page,
});
const pagesOf = ({ memory }: Loan) => memory.buffer.byteLength / page;

/** A borrower that has worked in so many pages and given them back. */
function leave(memories: WasmMemories, pages: number): { borrower: object; memory: WebAssembly.Memory } {
  const borrower = {};
  const loan = memories.lend(borrower, need(pages, 1000));
  loan.memory.grow(wasmPages * (pages - pagesOf(loan)));
  new Uint8Array(loan.memory.buffer).fill(7);
  memories.takeBack(borrower, loan, true);
  return { borrower, memory: loan.memory };
}

describe("wasm memories", () => {
  test("lend a borrower what it has left, as it was", () => {
    const memories = new WasmMemories();
    const { borrower, memory } = leave(memories, 3);

    const loan = memories.lend(borrower, need(2, 10));

    expect(loan).toMatchObject({ memory, isAsLeft: true });
    expect(new Uint8Array(loan.memory.buffer)[0]).toBe(7);
  });

  test("lend a new one as long as there is room for what is usual, and not one page past it", () => {
    const memories = new WasmMemories();
    leave(memories, 3);

    const fits = memories.lend({}, need(5, 8));
    expect(memories.heldBytes()).toBe(4 * page);
    memories.takeBack({}, fits, false);

    const other = new WasmMemories();
    const left = leave(other, 3);
    const loan = other.lend({}, need(6, 8));
    expect(loan).toMatchObject({ memory: left.memory, isAsLeft: false });
  });

  test("pass a memory on empty, and as large as its module needs at least", () => {
    const memories = new WasmMemories();
    leave(memories, 3);

    const loan = memories.lend({}, need(6, 8, 5));

    expect(pagesOf(loan)).toBe(5);
    expect(new Uint8Array(loan.memory.buffer).every((byte) => byte === 0)).toBe(true);
  });

  test("do not call a memory as it was left once another has had it", () => {
    const memories = new WasmMemories();
    const { borrower } = leave(memories, 3);
    const other = {};
    memories.takeBack(other, memories.lend(other, need(6, 8)), true);

    expect(memories.heldBytes(borrower)).toBe(0);
    expect(memories.lend(borrower, need(1, 100))).toMatchObject({ isAsLeft: false });
  });

  test("pass on the smallest that does, so that the large ones stay for large pictures", () => {
    const memories = new WasmMemories();
    const small = leave(memories, 4);
    const large = leave(memories, 10);

    // 14 are held, so that 3 more fit.
    expect(memories.lend({}, need(7, 17)).memory).toBe(small.memory);
    expect(memories.lend({}, need(12, 12)).memory).toBe(large.memory);
  });

  test("leave a borrower's own memory alone when it is too small, and another is large enough", () => {
    const memories = new WasmMemories();
    const own = leave(memories, 2);
    const large = leave(memories, 10);

    const loan = memories.lend(own.borrower, need(10, 12));

    expect(loan).toMatchObject({ memory: large.memory, isAsLeft: false });
    expect(memories.heldBytes()).toBe(12 * page);
  });

  test("let the smallest go that is enough when not even the largest leaves room for all", () => {
    const memories = new WasmMemories();
    leave(memories, 4);
    leave(memories, 9);
    const large = leave(memories, 30);

    // 13 are held beside it, and 11 may be.
    const loan = memories.lend({}, need(40, 51));

    expect(loan.memory).toBe(large.memory);
    expect(memories.heldBytes()).toBe(39 * page);
  });

  test("let the largest go where no other is enough, and spare small ones of eight megabytes together", () => {
    const memories = new WasmMemories();
    const small = leave(memories, 8);
    leave(memories, 20);
    const large = leave(memories, 30);

    const loan = memories.lend({}, need(40, 40));

    expect(loan.memory).toBe(large.memory);
    expect(memories.heldBytes()).toBe(38 * page);
    expect(memories.heldBytes(small.borrower)).toBe(8 * page);

    leave(memories, 1);
    memories.makeRoom(0);
    expect(memories.heldBytes()).toBe(38 * page);
  });

  test("never lend what is lent already", () => {
    const memories = new WasmMemories();
    const borrower = {};
    const first = memories.lend(borrower, need(5, 5));
    const second = memories.lend(borrower, need(5, 5));

    expect(second.memory).not.toBe(first.memory);
  });

  test("give out nothing as it was left by somebody who was stopped in the middle", () => {
    const memories = new WasmMemories();
    const borrower = {};
    memories.takeBack(borrower, memories.lend(borrower, need(1, 9)), false);
    expect(memories.lend(borrower, need(1, 9)).isAsLeft).toBe(false);

    memories.takeAllBack();
    expect(memories.lend({}, need(1, 9)).isAsLeft).toBe(false);
    expect(memories.heldBytes()).toBe(page);
  });

  test("ask before a memory grows, and only whoever has it now", () => {
    const memories = new WasmMemories();
    const asked: number[] = [];
    const borrower = {};
    const loan = memories.lend(borrower, need(1, 9));
    loan.beforeGrowth = (bytes) => asked.push(bytes / page);
    loan.memory.grow(2 * wasmPages);
    memories.takeBack(borrower, loan, true);

    memories.lend(borrower, need(1, 9)).memory.grow(wasmPages);

    expect(asked).toEqual([3]);
  });

  test("make room as they are told, but for what is lent", () => {
    const memories = new WasmMemories();
    leave(memories, 12);
    leave(memories, 13);
    memories.lend({}, need(14, 100, 14));

    memories.makeRoom(13 * page);
    expect(memories.heldBytes()).toBe(27 * page);

    memories.clear();
    expect(memories.heldBytes()).toBe(14 * page);
  });
});
