// @ts-check
// What is wrong with a cell of a catalogue, as a line of a list.

import { element } from "./element.js";

/** @import { CellProblem } from "../wire.ts" */

/** @param {Omit<CellProblem, "value">} problem */
export function describeProblem({ row, column, code, message }) {
  return element(
    "li",
    {},
    element("span", { class: "place" }, column === null ? `Row ${row}` : `${column}${row}`),
    element("span", { class: "problem-text" }, withoutPlace(message), " ", element("code", {}, code)),
  );
}

/** The API's `C3 (Input Image Urls): it …`, shown where the place is seen already. @param {string} message */
export function withoutPlace(message) {
  const rest = message.replace(/^[A-Z]{1,3}\d+(?: \(.{0,60}?\))?: /, "");
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
