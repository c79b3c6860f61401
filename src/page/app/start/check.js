// @ts-check
// Asks the server what it makes of a catalogue, without starting anything.

import { callForJson, Refusal } from "../api.js";

/** @import { Report } from "../../wire.ts" */

/**
 * @typedef {{ state: "empty" }
 *   | { state: "checking" }
 *   | { state: "checked", report: Report }
 *   | { state: "unknown" }
 *   | { state: "failed", message: string, again: () => void }} Check
 */

/**
 * @param {File} file
 * @param {AbortSignal} signal
 * @returns {Promise<Check>} `unknown` where the server has no check
 */
export async function checkCatalogue(file, signal) {
  const body = new FormData();
  body.set("file", file, file.name);
  try {
    return { state: "checked", report: await callForJson("/v1/validate", { method: "POST", body, signal }) };
  } catch (error) {
    if (error instanceof Refusal && (error.status === 404 || error.status === 405)) return { state: "unknown" };
    throw error;
  }
}
