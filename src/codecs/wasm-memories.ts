// The WebAssembly memories of all codecs of the isolate. Such a memory never shrinks, and one that is dropped is freed by
// a collection that nobody can order; in a job of mixed pictures the dead ones would pile up beyond the 128 MB. So a
// memory outlives the instance that worked in it: who needs much next begins in what another has left, emptied.

/** For whom memory is lent: an engine, which may go on with an instance it has left in one. */
export type Borrower = object;

export interface Need {
  /** With less its module does not start. */
  leastBytes: number;
  /** What the picture takes as a rule: the choice between memories is made by it. */
  usualBytes: number;
  /** What the borrower may hold, and the memories that nobody works in may hold beside it of the same. */
  roomBytes: number;
}

export interface Loan {
  readonly memory: WebAssembly.Memory;
  /** As this borrower left it. Otherwise it is all zero, as new memory is. */
  readonly isAsLeft: boolean;
  /**
   * Asked before the memory is grown from JavaScript, with the bytes that it is to have; may throw. WebAssembly that grows
   * its own memory asks nobody, and keeps to its room itself.
   */
  beforeGrowth: ((bytes: number) => void) | null;
}

interface Slot {
  memory: WebAssembly.Memory;
  loan: Loan | null;
  leftBy: Borrower | null;
}

const pageBytes = 64 * 1024;
/**
 * Beside the largest, all others may hold this together, whatever the room: else small pictures would take turns in the
 * one that a large picture has left, which has to be emptied each time, or be let go and start another at once.
 */
const sparedBytes = 8 * 1024 * 1024;
/** 2 GB, the most that every module takes. Room is up to those who borrow. */
const mostPages = 32_768;

export class WasmMemories {
  readonly #slots = new Set<Slot>();

  /** Of all memories, or of those alone in which a borrower has left what it can go on with. */
  heldBytes(leftBy?: Borrower): number {
    return sumOf([...this.#slots].filter((slot) => leftBy === undefined || slot.leftBy === leftBy));
  }

  /**
   * The borrower's own, else nobody's, else a new one, as long as all that is not lent fits in its room; else the smallest
   * that another has left with which it does; else the largest, and others are let go.
   */
  lend(borrower: Borrower, need: Need): Loan {
    const free = this.#free();
    const mostBytes = Math.max(need.usualBytes, need.leastBytes);
    const held = sumOf(free);
    const roomBytes = roomFor(free, need.roomBytes);
    const fits = ({ memory }: Slot) => held + Math.max(0, mostBytes - bytesOf(memory)) <= roomBytes;
    const own = free.find(({ leftBy }) => leftBy === borrower);
    const bySize = bySizeOf(free);
    const nobodys = bySize.find((slot) => slot.leftBy === null && fits(slot));
    const startsAnew = own === undefined && held + mostBytes <= roomBytes;
    const anothers = startsAnew ? undefined : (bySize.find(fits) ?? bySize.at(-1));
    const slot = (own !== undefined && fits(own) ? own : (nobodys ?? anothers)) ?? this.#create(need.leastBytes);
    const others = free.filter((one) => one !== slot);
    this.#letGo(others, roomFor(free, need.roomBytes) - Math.max(mostBytes, bytesOf(slot.memory)));
    return lendOut(slot, borrower, need.leastBytes);
  }

  /** `isSound` where its instance may be used again; after a trap nobody knows what it was in the middle of. */
  takeBack(borrower: Borrower, loan: Loan, isSound: boolean): void {
    for (const slot of this.#slots) {
      if (slot.loan !== loan) continue;
      slot.loan = null;
      slot.leftBy = isSound ? borrower : null;
    }
  }

  /** What somebody threw past is taken back unsound. */
  takeAllBack(): void {
    for (const slot of this.#slots) {
      if (slot.loan === null) continue;
      slot.loan = null;
      slot.leftBy = null;
    }
  }

  /** For a memory that is to have `bytes`, when those in which nobody works may have `roomBytes` together with it. */
  makeRoom(bytes: number, roomBytes: number): void {
    const free = this.#free();
    this.#letGo(free, roomFor(free, roomBytes) - bytes);
  }

  /** Lets all go in which nobody works. */
  clear(): void {
    for (const slot of this.#free()) this.#slots.delete(slot);
  }

  #free(): Slot[] {
    return [...this.#slots].filter(({ loan }) => loan === null);
  }

  #letGo(slots: readonly Slot[], keptBytes: number): void {
    const bySize = bySizeOf(slots);
    for (let excess = sumOf(slots) - Math.max(sparedBytes, keptBytes); excess > 0;) {
      // The smallest that is enough, else the largest: the fewer bytes are dead, the better.
      const enough = bySize.findIndex(({ memory }) => bytesOf(memory) >= excess);
      const [slot] = bySize.splice(enough, 1);
      if (slot === undefined) return;
      excess -= bytesOf(slot.memory);
      this.#slots.delete(slot);
    }
  }

  #create(leastBytes: number): Slot {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(leastBytes / pageBytes), maximum: mostPages });
    const slot: Slot = { memory, loan: null, leftBy: null };
    const grow = memory.grow.bind(memory);
    memory.grow = (pages) => {
      slot.loan?.beforeGrowth?.(bytesOf(memory) + pages * pageBytes);
      return grow(pages);
    };
    this.#slots.add(slot);
    return slot;
  }
}

/** One for the isolate. */
export const wasmMemories = new WasmMemories();

function lendOut(slot: Slot, borrower: Borrower, leastBytes: number): Loan {
  const { memory } = slot;
  const isAsLeft = slot.leftBy === borrower;
  if (!isAsLeft) {
    new Uint8Array(memory.buffer).fill(0);
    const missing = leastBytes - bytesOf(memory);
    if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
  }
  slot.leftBy = null;
  slot.loan = { memory, isAsLeft, beforeGrowth: null };
  return slot.loan;
}

function roomFor(slots: readonly Slot[], roomBytes: number): number {
  const largest = bySizeOf(slots).at(-1);
  return largest === undefined ? roomBytes : Math.max(roomBytes, bytesOf(largest.memory) + sparedBytes);
}

function bySizeOf(slots: readonly Slot[]): Slot[] {
  return slots.toSorted((a, b) => bytesOf(a.memory) - bytesOf(b.memory));
}

function bytesOf(memory: WebAssembly.Memory): number {
  return memory.buffer.byteLength;
}

function sumOf(slots: readonly Slot[]): number {
  return slots.reduce((sum, { memory }) => sum + bytesOf(memory), 0);
}
