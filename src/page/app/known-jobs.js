// @ts-check
// Jobs that this page has just seen, so that opening one shows it at once and not after another call.

/** @import { Job } from "../wire.ts" */

/** @type {Map<string, Job>} */
const known = new Map();

/** @param {Job} job */
export function rememberJob(job) {
  known.set(job.id, job);
}

/** @param {string} id @returns {Job | null} as it stood then */
export function recallJob(id) {
  return known.get(id) ?? null;
}
