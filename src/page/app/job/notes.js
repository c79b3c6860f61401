// @ts-check
// What was noticed about the CSV of a job when it came.

import { openDialog } from "../dialog.js";
import { element } from "../element.js";

/** @import { Job } from "../../wire.ts" */

/** @param {Job["warnings"]} warnings */
export function openNotes(warnings) {
  const items = warnings.map(({ row, column, code, message }) =>
    element(
      "li",
      {},
      element("span", { class: "place" }, column === null ? `Row ${row}` : `${column}${row}`),
      element("span", { class: "problem-text" }, message, " ", element("code", {}, code)),
    ),
  );
  openDialog("Notes on the CSV", [element("ol", { class: "problem-list", tabindex: 0 }, ...items)], []);
}
