// Pure. Instances of the codecs that wait for the next image hold memory that others may need.

/** What waits for the next image. */
export interface Idle {
  /** Memory of the instance that waits. */
  idleBytes(): number;
  /** Leaves that instance to the garbage collector. */
  release(): void;
}

/** Several as one, each counted once. */
export function together(several: readonly Idle[]): Idle {
  const each = new Set(several);
  return {
    idleBytes: () => [...each].reduce((sum, one) => sum + one.idleBytes(), 0),
    release() {
      for (const one of each) one.release();
    },
  };
}

/**
 * Lets what waits go unless it fits beside `neededBytes`. Answers what it holds that stays: a new instance costs time, and
 * a dead one memory until somebody collects it.
 */
export function makeRoomBeside(waiting: Idle, neededBytes: number, roomBytes: number): number {
  if (neededBytes + waiting.idleBytes() > roomBytes) waiting.release();
  return waiting.idleBytes();
}
