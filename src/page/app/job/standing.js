// @ts-check
// How the job stands, in a sentence, a bar and four figures. The room of each is kept from the start.

import { button, element, setText } from "../element.js";
import {
  counted,
  formatBytes,
  formatCount,
  formatDuration,
  formatPercent,
  formatRate,
  formatTime,
  formatWholePercent,
} from "../locale.js";
import { isEnded } from "./follow.js";
import { openNotes } from "./notes.js";
import { Speed } from "./speed.js";

/** @import { Job, Progress } from "../../wire.ts" */

export class Standing {
  #title = element("h1", { id: "job-title" }, "Opening the job …");
  #about = element("p", { class: "about" }, "\u00a0");
  #notes = button("", () => {}, "link");
  #connection = element("span", { class: "connection", role: "status" });
  #bar = element("progress", { max: 100, "aria-label": "Images done" });
  #spoken = element("p", { class: "sr-only", role: "status" });
  #done = new Figure("Images done");
  #pace = new Figure("Images per second");
  #left = new Figure("Time left");
  #saved = new Figure("Saved");
  #speed = new Speed();
  /** @type {Job | null} */
  #job = null;

  constructor() {
    this.#notes.hidden = true;
    this.#notes.addEventListener("click", () => this.#job !== null && openNotes(this.#job.warnings));
    this.head = element(
      "div",
      { class: "job-head" },
      this.#title,
      element("p", { class: "about-line" }, this.#about, this.#notes, this.#connection),
      this.#spoken,
    );
    const figures = [this.#done, this.#pace, this.#left, this.#saved].map((figure) => figure.element);
    this.figures = element("div", { class: "standing" }, this.#bar, element("dl", { class: "figures" }, ...figures));
  }

  /** @param {Job} job */
  showJob(job) {
    this.#job = job;
    setText(this.#title, titleOf(job));
    document.title = `${titleOf(job)} · Halftone`;
    const started = formatTime(job.created_at);
    setText(
      this.#about,
      job.error_message ??
        `${counted(job.products, "product")}, quality ${formatCount(job.options.quality)}, from ${started}`,
    );
    this.#notes.hidden = job.warnings.length === 0;
    setText(this.#notes, counted(job.warnings.length, "note"));
    this.#bar.dataset["state"] = job.state;
    this.showProgress(job);
    if (!isEnded(job)) return;
    this.showConnection("live");
    this.#bar.value = job.completion_percentage;
    const seconds = (Date.parse(job.completed_at ?? job.updated_at) - Date.parse(job.created_at)) / 1000;
    const reused = job.images_reused;
    this.#pace.show("Took", formatDuration(seconds), reused > 0 ? `${formatCount(reused)} from earlier jobs` : "");
    if (job.bytes_in > 0) this.#left.show("Size", formatBytes(job.bytes_out), `was ${formatBytes(job.bytes_in)}`);
    else this.#left.show("Size", "–", "");
    setText(
      this.#spoken,
      `${titleOf(job)} ${formatCount(job.images_succeeded)} of ${counted(job.images_total, "image")} succeeded.`,
    );
  }

  /** @param {Progress} progress */
  showProgress(progress) {
    const { images_processed: processed, images_total: total, images_failed: failed } = progress;
    this.#speed.add(processed, performance.now());
    this.#bar.value = progress.completion_percentage;
    this.#done.show(
      "Images done",
      formatCount(processed),
      `of ${formatCount(total)}${failed > 0 ? `, ${formatCount(failed)} failed` : ""}`,
    );
    const pace = this.#speed.perSecond;
    this.#pace.show("Images per second", pace === null || pace === 0 ? "–" : formatRate(pace), "");
    const left = progress.eta_seconds;
    this.#left.show("Time left", left === null ? "–" : formatDuration(Math.max(1, left)), "");
    const saved = progress.bytes_in - progress.bytes_out;
    this.#saved.show(
      "Saved",
      saved > 0 ? formatBytes(saved) : "–",
      saved > 0 ? formatPercent(progress.saved_percent / 100) : "",
    );
    if (this.#job !== null && !isEnded(this.#job)) this.#speak(progress.completion_percentage);
  }

  /** @param {"live" | "polling" | "lost"} state */
  showConnection(state) {
    const words = { live: "", polling: "Catching up …", lost: "No connection. The job goes on." }[state];
    setText(this.#connection, words);
  }

  /** @param {string} message @param {boolean} isGone */
  showFailure(message, isGone) {
    setText(this.#title, isGone ? message : "The job cannot be shown");
    setText(this.#about, isGone ? "It was deleted, or it belongs to another key." : message);
  }

  /** A screen reader hears every quarter, not every image. @param {number} percentage */
  #speak(percentage) {
    const quarter = Math.floor(percentage / 25) * 25;
    if (quarter > 0) setText(this.#spoken, `${formatWholePercent(quarter / 100)} done.`);
  }
}

/** @param {Job} job */
function titleOf(job) {
  switch (job.state) {
    case "queued":
      return "Waiting for its turn";
    case "processing":
      return `Working on ${counted(job.images_total, "image")}`;
    case "cancelled":
      return "Cancelled";
    case "failed":
      return "No image succeeded";
    case "completed":
      if (job.images_failed > 0) return `Done, ${counted(job.images_failed, "image")} failed`;
      return job.saved_percent > 0 ? `Done, ${formatWholePercent(job.saved_percent / 100)} lighter` : "Done";
  }
}

class Figure {
  #name = element("dt");
  #value = element("dd", { class: "value" }, "–");
  #more = element("dd", { class: "more" });

  /** @param {string} name */
  constructor(name) {
    setText(this.#name, name);
    this.element = element("div", { class: "figure" }, this.#name, this.#value, this.#more);
  }

  /** @param {string} name @param {string} value @param {string} more */
  show(name, value, more) {
    setText(this.#name, name);
    setText(this.#value, value);
    setText(this.#more, more);
  }
}
