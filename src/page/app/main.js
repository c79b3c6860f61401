// @ts-check
// The page's entry: shows the view that the address asks for.

import { byId } from "./element.js";
import { setUpKey } from "./key.js";
import { setUpNotice } from "./notice.js";
import { readRoute } from "./route.js";
import { setUpStart } from "./start/start.js";

/** Ends what the view before has under way. */
let leaving = new AbortController();
let isFirst = true;

setUpKey();
setUpNotice();
setUpStart();
// As a link it would leave the view that is shown.
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  byId("main", HTMLElement).focus();
});
addEventListener("hashchange", () => void showView());
await showView();

async function showView() {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const route = readRoute(location.hash);
  document.documentElement.dataset["view"] = route.view;
  for (const link of document.querySelectorAll("[data-view-link]")) {
    if (link.getAttribute("data-view-link") === route.view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = { start: "Halftone", jobs: "Jobs · Halftone", job: "Job · Halftone" }[route.view];
  if (!isFirst) {
    scrollTo(0, 0);
    byId("main", HTMLElement).focus({ preventScroll: true });
  }
  isFirst = false;

  // The start page needs none of it for its first paint.
  if (route.view === "job") {
    const { showJob } = await import("./job/job.js");
    if (!signal.aborted) showJob(route.id, signal);
  } else if (route.view === "jobs") {
    const { showJobs } = await import("./jobs/jobs.js");
    if (!signal.aborted) await showJobs(signal);
  }
}
