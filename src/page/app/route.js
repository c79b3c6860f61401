// @ts-check
// Which view an address means. It lives behind the `#`, so every address of the page is one file for the server.

/** @typedef {{ view: "start" } | { view: "jobs" } | { view: "job", id: string }} Route */

/**
 * @param {string} hash
 * @returns {Route}
 */
export function readRoute(hash) {
  const job = /^#\/jobs?\/([0-9a-f-]{36})\/?$/i.exec(hash);
  if (job?.[1] !== undefined) return { view: "job", id: job[1].toLowerCase() };
  return /^#\/jobs\/?$/.test(hash) ? { view: "jobs" } : { view: "start" };
}

/** @param {string} id */
export function jobAddress(id) {
  return `#/jobs/${id}`;
}
