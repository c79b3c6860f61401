// Collects what is wrong with the cells of a CSV: the first thousand in full, all of them counted.
import type { CellProblem } from "../errors.ts";

export const maxListedFindings = 1000;

export class Findings {
  readonly list: CellProblem[] = [];
  total = 0;

  add(problem: CellProblem): void {
    this.total++;
    if (this.list.length < maxListedFindings) this.list.push(problem);
  }
}
