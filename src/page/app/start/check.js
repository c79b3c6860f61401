// @ts-check
// Asks the server what it makes of a catalogue, without starting anything.

import { callForJson, Refusal } from "../api.js";

/** @import { CellProblem, Report } from "../../wire.ts" */

/**
 * @typedef {{ state: "empty" }
 *   | { state: "checking" }
 *   | { state: "checked", report: Report }
 *   | { state: "refused", message: string, problems: CellProblem[] }
 *   | { state: "unknown" }
 *   | { state: "failed", message: string, again: () => void }} Check
 */

/**
 * @param {File} file
 * @param {AbortSignal} signal
 * @returns {Promise<Check>} `refused` where the CSV as a whole cannot be read, `unknown` where the server has no check
 */
export async function checkCatalogue(file, signal) {
  const body = new FormData();
  body.set("file", file, file.name);
  try {
    return { state: "checked", report: await callForJson("/v1/validate", { method: "POST", body, signal }) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 404 || error.status === 405) return { state: "unknown" };
    if (error.status >= 500 || error.status === 429 || error.status === 401) throw error;
    return { state: "refused", message: error.message, problems: error.errors };
  }
}
