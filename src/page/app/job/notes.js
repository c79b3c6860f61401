// @ts-check
// What was noticed about the CSV of a job when it came.

import { openDialog } from "../dialog.js";
import { element } from "../element.js";
import { describeProblem } from "../problems.js";

/** @import { Job } from "../../wire.ts" */

/** @param {Job["warnings"]} warnings */
export function openNotes(warnings) {
  const list = element("ol", { class: "problem-list", tabindex: 0 }, ...warnings.map(describeProblem));
  openDialog("Notes on the CSV", [list], []);
}
