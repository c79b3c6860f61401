// @ts-check
// The view of one job, while it runs and after: how it stands, what can be done with it, and its images.

import { isAbort, sentenceFor, Refusal } from "../api.js";
import { byId, element } from "../element.js";
import { recallJob } from "../known-jobs.js";
import { readOffers } from "../offers.js";
import { Actions } from "./actions.js";
import { openCompare } from "./compare.js";
import { DotField } from "./dot-field.js";
import { followJob, isEnded } from "./follow.js";
import { ImageFilter } from "./image-filter.js";
import { ImageList } from "./image-list.js";
import { loadProducts, toRows } from "./products.js";
import { Standing } from "./standing.js";
import { ImageTable } from "./image-table.js";

/** @import { Job } from "../../wire.ts" */
/** @import { ProductImage } from "./products.js" */

/** Events come up to four times a second; the list need not be counted through for each. */
const refreshMs = 200;
/** While events are cut, the images are loaded again at most this often. */
const reloadMs = 4_000;

/**
 * @param {string} id
 * @param {AbortSignal} signal ends it, when another view comes
 */
export function showJob(id, signal) {
  const place = byId("job", HTMLElement);
  const standing = new Standing();
  const canvas = element("canvas", { class: "dots", "aria-hidden": true });
  const actions = new Actions(id, { onJob: takeJob, onRetry: retried, allUrls, signal });
  const filter = new ImageFilter(() => refresh());
  const table = new ImageTable((index) => openCompare(table.rows, index, (to) => table.goTo(to)), signal);
  place.replaceChildren(standing.head, canvas, standing.figures, actions.bar, filter.bar, table.element);

  const dots = new DotField(canvas, signal);
  const images = new ImageList(id, scheduleRefresh);
  /** @type {ProductImage[] | null} */
  let productImages = null;
  /** @type {Job | null} */
  let job = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let lastReload = 0;
  /** An image may be shown as it was before: a retry or a gap in the events came between. */
  let mayBeStale = false;
  signal.addEventListener("abort", () => clearTimeout(timer));

  const recalled = recallJob(id);
  if (recalled !== null) takeJob(recalled);
  refresh();
  void run(() => images.loadAll(signal).then(() => table.setLoaded()));
  void run(async () => {
    if ((await readOffers()).outputJson) productImages = await loadProducts(id, signal);
    scheduleRefresh();
  });
  follow();

  function follow() {
    void run(async () => {
      await followJob(
        id,
        {
          onJob: takeJob,
          onProgress: (progress) => {
            standing.showProgress(progress);
          },
          onImages: (changed) => images.merge(changed),
          onConnection: (state) => standing.showConnection(state),
          onGap: reload,
        },
        signal,
      );
      // What came between the last page and the end.
      await (mayBeStale ? images.loadAll(signal) : images.loadRest(signal));
      mayBeStale = false;
    });
  }

  function reload() {
    if (performance.now() - lastReload < reloadMs) return;
    lastReload = performance.now();
    mayBeStale = true;
    void run(() => images.loadRest(signal));
  }

  /** @param {Job} now */
  function takeJob(now) {
    job = now;
    standing.showJob(now);
    actions.showJob(now);
    scheduleRefresh();
  }

  /** @param {Job} now */
  function retried(now) {
    images.resetFailed();
    mayBeStale = true;
    filter.choose("all");
    takeJob(now);
    follow();
  }

  function scheduleRefresh() {
    timer ??= setTimeout(refresh, refreshMs);
  }

  function refresh() {
    clearTimeout(timer);
    timer = undefined;
    dots.show(images.all);
    filter.showCounts(images, job !== null && !isEnded(job));
    table.show(toRows(images, productImages, filter.chosen));
  }

  function allUrls() {
    const seen = new Set();
    for (const { image } of toRows(images, productImages, "all")) if (image.output !== null) seen.add(image.output);
    return [...seen].join("\n");
  }

  /** @param {() => Promise<void>} work */
  async function run(work) {
    try {
      await work();
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      const isGone = error instanceof Refusal && error.status === 404;
      if (job === null) standing.showFailure(isGone ? "There is no such job." : sentenceFor(error), isGone);
      if (isGone) place.classList.add("is-gone");
    }
  }
}
