// @ts-check
// The jobs of this key, newest first.

import { callForJson, isAbort, sentenceFor } from "../api.js";
import { button, byId, element, setText } from "../element.js";
import { rememberJob } from "../known-jobs.js";
import { counted, formatBytes, formatTime, formatWholePercent } from "../locale.js";
import { jobAddress } from "../route.js";

/** @import { Job, JobsPage } from "../../wire.ts" */

const pageLimit = 20;

/** @param {AbortSignal} signal */
export async function showJobs(signal) {
  const words = element("p", { class: "hint", role: "status" }, "Loading the jobs …");
  const list = element(
    "ul",
    { class: "job-list" },
    ...Array.from({ length: 4 }, () => element("li", { class: "job-ghost" })),
  );
  const more = button("Show older", () => void load());
  more.hidden = true;
  byId("jobs", HTMLElement).replaceChildren(
    element("div", { class: "intro" }, element("h1", { id: "jobs-title" }, "Jobs"), words),
    list,
    more,
  );
  /** @type {string | null} */
  let cursor = null;
  let shown = 0;
  await load();

  async function load() {
    more.disabled = true;
    try {
      const after = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      /** @type {JobsPage} */
      const page = await callForJson(`/v1/jobs?limit=${pageLimit}${after}`, { signal });
      if (shown === 0) list.replaceChildren();
      for (const job of page.jobs) rememberJob(job);
      list.append(...page.jobs.map(describeJob));
      shown += page.jobs.length;
      cursor = page.next_cursor;
      more.hidden = cursor === null;
      setText(more, "Show older");
      if (shown === 0) {
        setText(words, "No job yet.");
        list.replaceChildren(
          element(
            "li",
            { class: "job-none" },
            element("a", { class: "button primary", href: "#/" }, "Start the first"),
          ),
        );
      } else setText(words, "Newest first.");
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      if (shown === 0) list.replaceChildren();
      setText(words, sentenceFor(error));
      setText(more, "Try again");
      more.hidden = false;
    } finally {
      more.disabled = false;
    }
  }
}

/** @param {Job} job */
function describeJob(job) {
  const failed = job.images_failed > 0 ? `, ${counted(job.images_failed, "failed", "failed")}` : "";
  const saved = job.bytes_in - job.bytes_out;
  return element(
    "li",
    {},
    element(
      "a",
      { class: "job-card", href: jobAddress(job.id), "data-state": job.state, "data-outcome": job.outcome },
      element("span", { class: "job-when" }, formatTime(job.created_at)),
      element(
        "span",
        { class: "job-what" },
        `${counted(job.products, "product")}, ${counted(job.images_total, "image")}${failed}`,
      ),
      element("span", { class: "job-saved" }, saved > 0 ? `${formatBytes(saved)} saved` : ""),
      element("span", { class: "badge" }, stateWords(job)),
    ),
  );
}

/** @param {Job} job */
function stateWords(job) {
  switch (job.state) {
    case "queued":
      return "Waiting";
    case "processing":
      return formatWholePercent(job.completion_percentage / 100);
    case "completed":
      return job.outcome === "partial" ? "Partly done" : "Done";
    case "failed":
      return "Failed";
    case "cancelled":
      return "Cancelled";
  }
}
