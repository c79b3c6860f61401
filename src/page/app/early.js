// @ts-check
// Runs before the first paint: a reload of a job must not flash the start page.

document.documentElement.dataset["view"] = /^#\/jobs?\/./.test(location.hash)
  ? "job"
  : /^#\/jobs\/?$/.test(location.hash)
    ? "jobs"
    : "start";
