// How far a job is, on one line: a bar that is drawn over itself on a terminal, and elsewhere a plain line now and then.

export interface Progress {
  state: string;
  processed: number;
  total: number;
  failed: number;
  elapsedSeconds: number;
}

export interface ProgressOutput {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export interface ProgressDisplay {
  show(progress: Progress): void;
  /** Leaves the last line standing. */
  end(): void;
}

/** A plain line for every tenth of the work, and one after this silence. */
const plainStep = 0.1;
const plainSilenceSeconds = 10;

export function displayProgress(output: ProgressOutput): ProgressDisplay {
  let isDrawn = false;
  let lastPlain: Progress | null = null;
  return {
    show(progress) {
      if (output.isTTY === true) {
        // Some pseudo terminals say that they have 0 columns.
        output.write(`\r${progressBar(progress, output.columns || 80)}\u001B[K`);
        isDrawn = true;
      } else if (isWorthALine(lastPlain, progress)) {
        output.write(`${progressText(progress)}\n`);
        lastPlain = progress;
      }
    },
    end() {
      if (isDrawn) output.write("\n");
      isDrawn = false;
    },
  };
}

/** Never wider than `columns`, or the terminal would wrap it and the next one could not be drawn over it. */
export function progressBar(progress: Progress, columns: number): string {
  const text = progressText(progress);
  const width = Math.min(30, columns - text.length - 4);
  if (width < 5) return text.slice(0, Math.max(0, columns - 1));
  const filled = Math.round(shareOf(progress) * width);
  return `[${"█".repeat(filled)}${"░".repeat(width - filled)}] ${text}`;
}

export function progressText(progress: Progress): string {
  const { state, processed, total, failed, elapsedSeconds } = progress;
  const percent = Math.floor(shareOf(progress) * 100);
  const failures = failed === 0 ? "" : `, ${failed} failed`;
  return `${state} ${processed}/${total} ${percent} %${failures}, ${Math.round(elapsedSeconds)} s`;
}

export function isWorthALine(last: Progress | null, next: Progress): boolean {
  if (last === null || last.state !== next.state) return true;
  if (next.processed === last.processed) return next.elapsedSeconds - last.elapsedSeconds >= plainSilenceSeconds;
  return shareOf(next) - shareOf(last) >= plainStep || next.processed === next.total;
}

function shareOf({ processed, total }: Progress): number {
  return total === 0 ? 1 : Math.min(1, processed / total);
}
