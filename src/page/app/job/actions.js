// @ts-check
// What can be done with a job: take its results, copy the addresses, send the failed through again, stop or delete it.

import { call, callForJson, sentenceFor } from "../api.js";
import { openDialog } from "../dialog.js";
import { button, element, setText } from "../element.js";
import { readKey } from "../key.js";
import { counted } from "../locale.js";
import { notify } from "../notice.js";
import { readOffers } from "../offers.js";
import { isEnded } from "./follow.js";

/** @import { Job } from "../../wire.ts" */

/**
 * @typedef {object} ActionOptions
 * @property {(job: Job) => void} onJob
 * @property {(job: Job) => void} onRetry
 * @property {() => string} allUrls one a line
 * @property {AbortSignal} signal
 */

export class Actions {
  #id;
  #options;
  #csv = download("Download CSV");
  #json = download("Download JSON");
  #copy = button("Copy addresses", () => void this.#copyUrls());
  #retry = button("Retry failed", () => void this.#act("retry"));
  #stop = button("Cancel", () => this.#stopOrDelete());
  #isEnded = false;

  /** @param {string} id @param {ActionOptions} options */
  constructor(id, options) {
    this.#id = id;
    this.#options = options;
    this.bar = element("div", { class: "actions" }, this.#csv, this.#json, this.#copy, this.#stop, this.#retry);
    for (const [link, kind] of /** @type {const} */ ([
      [this.#csv, "csv"],
      [this.#json, "json"],
    ])) {
      link.addEventListener("click", (event) => this.#save(event, link, kind));
    }
    for (const control of this.bar.children) control.classList.add("is-absent");
    void this.#hideWhatIsNotOffered();
  }

  async #hideWhatIsNotOffered() {
    this.#json.hidden = !(await readOffers()).outputJson;
  }

  /** @param {Job} job */
  showJob(job) {
    this.#isEnded = isEnded(job);
    for (const control of [this.#csv, this.#json, this.#copy, this.#stop]) control.classList.remove("is-absent");
    const query = this.#isEnded ? "" : "?partial=true";
    for (const [link, kind] of /** @type {const} */ ([
      [this.#csv, "csv"],
      [this.#json, "json"],
    ])) {
      link.href = `/v1/jobs/${this.#id}/output.${kind}${query}`;
      link.download = `output-${this.#id}.${kind}`;
    }
    setText(this.#csv, this.#isEnded ? "Download CSV" : "CSV so far");
    setText(this.#json, this.#isEnded ? "Download JSON" : "JSON so far");
    this.#csv.classList.toggle("primary", this.#isEnded);
    setText(this.#stop, this.#isEnded ? "Delete" : "Cancel");
    setText(this.#retry, `Retry ${counted(job.images_failed, "failed", "failed")}`);
    const canRetry = this.#isEnded && job.state !== "cancelled" && job.images_failed > 0;
    this.#retry.classList.toggle("is-absent", !canRetry);
    this.#stop.disabled = false;
    this.#retry.disabled = false;
  }

  /**
   * A plain link cannot send the key, so with a key the file is fetched and then saved.
   * @param {MouseEvent} event
   * @param {HTMLAnchorElement} link
   * @param {"csv" | "json"} kind
   */
  #save(event, link, kind) {
    if (readKey() === null || link.href.startsWith("blob:")) return;
    event.preventDefault();
    void this.#try(async () => {
      const response = await call(link.href, { signal: this.#options.signal });
      const address = URL.createObjectURL(await response.blob());
      element("a", { href: address, download: `output-${this.#id}.${kind}` }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    });
  }

  async #copyUrls() {
    const text = this.#options.allUrls();
    if (text === "") {
      notify("There is no image to copy the address of yet.");
      return;
    }
    const copied = counted(text.split("\n").length, "address", "addresses");
    try {
      await navigator.clipboard.writeText(text);
      notify(`${copied} copied.`);
    } catch {
      // Not allowed, or the page does not come by https: the reader copies by hand.
      const field = element("textarea", { class: "copy-field", readonly: true, "aria-label": "Image addresses" }, text);
      openDialog("Copy the addresses", [field], []);
      field.select();
    }
  }

  /** @param {"cancel" | "retry"} what */
  #act(what) {
    return this.#try(async () => {
      this.#stop.disabled = true;
      this.#retry.disabled = true;
      /** @type {Job} */
      const job = await callForJson(`/v1/jobs/${this.#id}/${what}`, { method: "POST" });
      if (what === "retry") this.#options.onRetry(job);
      else this.#options.onJob(job);
    });
  }

  #stopOrDelete() {
    if (!this.#isEnded) {
      void this.#act("cancel");
      return;
    }
    const words = "Its images and its CSV go too. Every address that points to them stops working.";
    openDialog(
      "Delete this job?",
      [element("p", {}, words)],
      [{ text: "Delete", className: "button danger", run: () => void this.#delete() }],
    );
  }

  #delete() {
    return this.#try(async () => {
      await call(`/v1/jobs/${this.#id}`, { method: "DELETE" });
      notify("The job is deleted.");
      location.hash = "#/jobs";
    });
  }

  /** @param {() => Promise<void>} work */
  async #try(work) {
    try {
      await work();
    } catch (error) {
      this.#stop.disabled = false;
      this.#retry.disabled = false;
      if (!this.#options.signal.aborted) notify(sentenceFor(error));
    }
  }
}

/** @param {string} text */
function download(text) {
  return element("a", { class: "button", href: "#", download: true }, text);
}
