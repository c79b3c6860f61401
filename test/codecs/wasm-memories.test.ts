import { describe, expect, test } from "vitest";
import { WasmMemories, type Loan } from "../../src/codecs/wasm-memories.ts";

const megabyte = 1024 * 1024;
const pagesOfMegabyte = 16;
const need = (usual: number, room: number, least = 1) => ({
  leastBytes: least * megabyte,
  usualBytes: usual * megabyte,
  roomBytes: room * megabyte,
});
const sizeOf = ({ memory }: Loan) => memory.buffer.byteLength / megabyte;
const held = (memories: WasmMemories, leftBy?: object) => memories.heldBytes(leftBy) / megabyte;

/** A borrower that has worked in so many megabytes and given them back. */
function leave(memories: WasmMemories, megabytes: number): { borrower: object; memory: WebAssembly.Memory } {
  const borrower = {};
  const loan = memories.lend(borrower, need(megabytes, 10_000));
  loan.memory.grow(pagesOfMegabyte * (megabytes - sizeOf(loan)));
  new Uint8Array(loan.memory.buffer).fill(7, 0, 1000);
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

  test("lend a new one as long as there is room for what is usual, and not one megabyte past it", () => {
    const [one, other] = [new WasmMemories(), new WasmMemories()];
    leave(one, 30);
    const { memory } = leave(other, 30);

    one.lend({}, need(50, 80));
    expect(held(one)).toBe(31);
    expect(other.lend({}, need(51, 80))).toMatchObject({ memory, isAsLeft: false });
  });

  test("lend small ones of eight megabytes together beside a large one that fills the room", () => {
    const memories = new WasmMemories();
    const { memory } = leave(memories, 100);
    const borrower = {};

    const small = memories.lend(borrower, need(8, 100));
    expect(small.memory).not.toBe(memory);
    memories.takeBack(borrower, small, true);
    expect(memories.lend({}, need(9, 100)).memory).toBe(memory);
  });

  test("pass a memory on empty, and as large as its module needs at least", () => {
    const memories = new WasmMemories();
    leave(memories, 30);

    const loan = memories.lend({}, need(60, 80, 50));

    expect(sizeOf(loan)).toBe(50);
    expect(new Uint8Array(loan.memory.buffer).indexOf(7)).toBe(-1);
  });

  test("do not call a memory as it was left once another has had it", () => {
    const memories = new WasmMemories();
    const { borrower } = leave(memories, 30);
    const other = {};
    memories.takeBack(other, memories.lend(other, need(60, 80)), true);

    expect(held(memories, borrower)).toBe(0);
    expect(memories.lend(borrower, need(10, 100))).toMatchObject({ isAsLeft: false });
  });

  test("pass on the smallest that does, so that the large ones stay for large pictures", () => {
    const memories = new WasmMemories();
    const small = leave(memories, 40);
    const large = leave(memories, 100);

    // 140 are held, so that 30 more fit.
    expect(memories.lend({}, need(70, 170)).memory).toBe(small.memory);
    expect(memories.lend({}, need(120, 120)).memory).toBe(large.memory);
  });

  test("leave a borrower's own memory alone when it is too small, and another is large enough", () => {
    const memories = new WasmMemories();
    const own = leave(memories, 20);
    const large = leave(memories, 100);

    const loan = memories.lend(own.borrower, need(100, 120));

    expect(loan).toMatchObject({ memory: large.memory, isAsLeft: false });
    expect(held(memories)).toBe(120);
  });

  test("let the smallest go that is enough when not even the largest leaves room for all", () => {
    const memories = new WasmMemories();
    leave(memories, 40);
    leave(memories, 90);
    const large = leave(memories, 300);

    // 130 are held beside it, and 110 may be.
    const loan = memories.lend({}, need(400, 510));

    expect(loan.memory).toBe(large.memory);
    expect(held(memories)).toBe(390);
  });

  test("spare small ones of eight megabytes together where there is no room for any", () => {
    const memories = new WasmMemories();
    const small = leave(memories, 8);
    leave(memories, 200);
    const large = leave(memories, 300);

    expect(memories.lend({}, need(400, 400)).memory).toBe(large.memory);
    expect([held(memories), held(memories, small.borrower)]).toEqual([308, 8]);

    leave(memories, 1);
    memories.makeRoom(400 * megabyte, 400 * megabyte);
    expect([held(memories), held(memories, small.borrower)]).toEqual([308, 8]);
  });

  test("never lend what is lent already", () => {
    const memories = new WasmMemories();
    const borrower = {};
    const first = memories.lend(borrower, need(50, 50));
    const second = memories.lend(borrower, need(50, 50));

    expect(second.memory).not.toBe(first.memory);
  });

  test("give out nothing as it was left by somebody who was stopped in the middle", () => {
    const memories = new WasmMemories();
    const borrower = {};
    memories.takeBack(borrower, memories.lend(borrower, need(1, 9)), false);
    expect(memories.lend(borrower, need(1, 9)).isAsLeft).toBe(false);

    memories.takeAllBack();
    expect(memories.lend({}, need(1, 9)).isAsLeft).toBe(false);
    expect(held(memories)).toBe(1);
  });

  test("ask before a memory grows, and only whoever has it now", () => {
    const memories = new WasmMemories();
    const asked: number[] = [];
    const borrower = {};
    const loan = memories.lend(borrower, need(1, 9));
    loan.beforeGrowth = (bytes) => asked.push(bytes / megabyte);
    loan.memory.grow(2 * pagesOfMegabyte);
    memories.takeBack(borrower, loan, true);

    memories.lend(borrower, need(1, 9)).memory.grow(pagesOfMegabyte);

    expect(asked).toEqual([3]);
  });

  test("make room beside what grows, but not of what is lent", () => {
    const memories = new WasmMemories();
    leave(memories, 120);
    leave(memories, 130);
    memories.lend({}, need(140, 10_000, 140));

    memories.makeRoom(100 * megabyte, 230 * megabyte);
    expect(held(memories)).toBe(270);

    memories.clear();
    expect(held(memories)).toBe(140);
  });
});
