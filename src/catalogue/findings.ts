// Collects what is wrong with the cells of a CSV: the first thousand in full, all of them counted.
import type { CellProblem } from "../errors.ts";

export const maxListedFindings = 1000;

export class Findings {
  readonly list: CellProblem[] = [];
  total = 0;
  readonly #also: Findings | null;

  /** @param also where everything is added too. */
  constructor(also: Findings | null = null) {
    this.#also = also;
  }

  /** Takes the making of it, because a hostile cell has a million problems of which nobody will read the text. */
  add(describe: () => CellProblem): void {
    this.total++;
    if (this.list.length < maxListedFindings) this.list.push(describe());
    this.#also?.add(describe);
  }
}
