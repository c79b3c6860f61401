// Instances of a compiled codec in the memories that all codecs share. The one that is done serves the next picture too,
// unless another codec has begun in its memory. Whoever reads a picture and writes another at once gets two.

import { wasmMemories, type Loan, type Need } from "./wasm-memories.ts";

export interface Lent<Instance> {
  instance: Instance;
  loan: Loan;
}

export type Wanted = Omit<Need, "leastBytes">;

export interface Instances<Instance> {
  /** Lends an instance until `work` returns; in the memory of one that threw, the next is a new one. */
  use<Result>(wanted: Wanted, work: (instance: Instance, loan: Loan) => Result): Result;
  /** The same for those who keep it longer, and give it back themselves. */
  take(wanted: Wanted): Lent<Instance>;
  /** `isSound` is false where the instance is not to be used again. */
  giveBack(lent: Lent<Instance>, isSound?: boolean): void;
  /** What the instances hold that wait for the next picture. */
  idleBytes(): number;
}

/** `start` makes an instance in memory that is all zero and has `leastBytes` at least. */
export function createInstances<Instance extends object>(
  leastBytes: number,
  start: (memory: WebAssembly.Memory) => Instance,
): Instances<Instance> {
  const borrower = {};
  const started = new WeakMap<WebAssembly.Memory, Instance>();
  const take = (wanted: Wanted): Lent<Instance> => {
    const loan = wasmMemories.lend(borrower, { leastBytes, ...wanted });
    const left = loan.isAsLeft ? started.get(loan.memory) : undefined;
    const instance = left ?? start(loan.memory);
    started.set(loan.memory, instance);
    return { instance, loan };
  };
  const giveBack = ({ loan }: Lent<Instance>, isSound = true): void => wasmMemories.takeBack(borrower, loan, isSound);
  return {
    use(wanted, work) {
      const lent = take(wanted);
      let isSound = false;
      try {
        const result = work(lent.instance, lent.loan);
        isSound = true;
        return result;
      } finally {
        giveBack(lent, isSound);
      }
    },
    take,
    giveBack,
    idleBytes: () => wasmMemories.heldBytes(borrower),
  };
}
