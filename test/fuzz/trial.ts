// Runs what is on trial, and nothing else on its account: its time, its throws, and that it is at work at all, for whoever
// watches from another thread.

/** What of ours threw: never an answer that a codec may give. */
export interface Threw {
  kind: "threw";
  error: string;
}

export interface Trial {
  run<Answer>(work: () => Answer | Promise<Answer>): Promise<Answer | Threw>;
  /** CPU time of the thread in all runs since it was last asked. */
  takeMs(): number;
}

/** `busy` is told when a run begins and when it ends. */
export function createTrial(busy: (isBusy: boolean) => void = () => undefined): Trial {
  let ms = 0;
  return {
    async run(work) {
      const before = process.threadCpuUsage();
      busy(true);
      try {
        return await work();
      } catch (error) {
        return { kind: "threw", error: error instanceof Error ? (error.stack ?? String(error)) : String(error) };
      } finally {
        busy(false);
        const { user, system } = process.threadCpuUsage(before);
        ms += (user + system) / 1000;
      }
    },
    takeMs() {
      const taken = ms;
      ms = 0;
      return taken;
    },
  };
}
