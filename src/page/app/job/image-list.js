// @ts-check
// The images of one job by position: loaded page by page, and brought up to date by events. Never goes backwards: what a
// slow page says of an image does not undo the outcome that an event has told.

import { callForJson } from "../api.js";

/** @import { Image, ImagesPage, Outcome } from "../../wire.ts" */

const pageLimit = 1000;

export class ImageList {
  /** @type {Image[]} in the order of their positions, from 1 without a gap once all are loaded */
  #images = [];
  #id;
  #onChange;

  /** @param {string} id @param {() => void} onChange */
  constructor(id, onChange) {
    this.#id = id;
    this.#onChange = onChange;
  }

  /** @returns {readonly Image[]} */
  get all() {
    return this.#images;
  }

  /** @param {number} position @returns {Image | null} */
  at(position) {
    const image = this.#images[this.#indexOf(position)];
    return image?.position === position ? image : null;
  }

  /**
   * The images whose outcome is one of these; null for those that wait.
   * @param {Outcome | null | "all"} outcome
   * @returns {readonly Image[]}
   */
  filter(outcome) {
    return outcome === "all" ? this.#images : this.#images.filter((image) => image.outcome === outcome);
  }

  /**
   * An address that the catalogue has twice counts twice, as everywhere.
   * @returns {Record<Outcome | "waiting", number>}
   */
  get counts() {
    const counts = { compressed: 0, kept_original: 0, failed: 0, waiting: 0 };
    for (const { outcome, uses } of this.#images) counts[outcome ?? "waiting"] += uses;
    return counts;
  }

  /** @param {readonly Image[]} images */
  merge(images) {
    for (const image of images) {
      const index = this.#indexOf(image.position);
      const known = this.#images[index];
      if (known?.position !== image.position) this.#images.splice(index, 0, image);
      else if (image.outcome !== null) this.#images[index] = image;
    }
    this.#onChange();
  }

  /** Loads every page. @param {AbortSignal} signal */
  loadAll(signal) {
    return this.#loadAfter(0, signal);
  }

  /** Loads every page behind the images whose fate is known already. @param {AbortSignal} signal */
  loadRest(signal) {
    const firstWaiting = this.#images.findIndex(
      (image, index) => image.outcome === null || image.position !== index + 1,
    );
    return this.#loadAfter(firstWaiting === -1 ? this.#images.length : firstWaiting, signal);
  }

  /** @param {number} position @param {AbortSignal} signal */
  async #loadAfter(position, signal) {
    let cursor = String(position);
    for (;;) {
      /** @type {ImagesPage} */
      const page = await callForJson(`/v1/jobs/${this.#id}/images?limit=${pageLimit}&cursor=${cursor}`, { signal });
      this.merge(page.images);
      if (page.next_cursor === null) return;
      cursor = page.next_cursor;
    }
  }

  /** The failed ones wait again. */
  resetFailed() {
    this.#images = this.#images.map((image) =>
      image.outcome === "failed" ? { ...image, outcome: null, code: null, message: null } : image,
    );
    this.#onChange();
  }

  /** Where an image of this position stands or belongs. @param {number} position */
  #indexOf(position) {
    // Nearly always all before it are there.
    if (this.#images[position - 1]?.position === position) return position - 1;
    let low = 0;
    let high = this.#images.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#images[middle]?.position ?? Infinity) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
