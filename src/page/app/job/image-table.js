// @ts-check
// The table of images. Only the rows in the window exist, so ten thousand cost what twenty do. Rows have one height, so a
// row's place is known before it exists. One tab stop; arrows, Page Up, Page Down, Home and End go through the rows.

import { element, setText } from "../element.js";
import { ImageRow } from "./image-row.js";

/** @import { Row } from "./products.js" */

/** Rows kept ready above and below the window. */
const spareRows = 6;
const columns = ["Image", "Product", "Size", "Saved", "Outcome"];

export class ImageTable {
  /** @type {readonly Row[]} */
  rows = [];
  #body = element("div", { role: "rowgroup", class: "rows" });
  #empty = element("p", { class: "empty", hidden: true });
  #isLoaded = false;
  /** @type {Map<number, ImageRow>} */
  #shown = new Map();
  /** The row that a tab lands on. */
  #active = 0;
  #frame = 0;
  #onOpen;

  /**
   * @param {(index: number) => void} onOpen
   * @param {AbortSignal} signal
   */
  constructor(onOpen, signal) {
    this.#onOpen = onOpen;
    const heads = columns.map((name) => element("div", { role: "columnheader" }, name));
    const head = element(
      "div",
      { role: "rowgroup", class: "row-head" },
      element("div", { role: "row", class: "row-names" }, ...heads),
    );
    this.table = element("div", { role: "table", class: "table", "aria-label": "Images" }, head, this.#body);
    this.element = element("div", { class: "table-place" }, this.table, this.#empty);
    const update = () => this.#request();
    addEventListener("scroll", update, { passive: true, signal });
    addEventListener("resize", update, { signal });
    this.#body.addEventListener("keydown", (event) => this.#takeKey(event));
    signal.addEventListener("abort", () => cancelAnimationFrame(this.#frame));
  }

  /** Every page is here, so an empty table is empty. */
  setLoaded() {
    this.#isLoaded = true;
    this.show(this.rows);
  }

  /** @param {readonly Row[]} rows */
  show(rows) {
    this.rows = rows;
    this.#active = Math.min(this.#active, Math.max(0, rows.length - 1));
    this.table.setAttribute("aria-rowcount", String(rows.length + 1));
    this.#body.style.setProperty("--row-count", String(rows.length));
    this.table.hidden = rows.length === 0;
    this.#empty.hidden = rows.length > 0;
    setText(this.#empty, this.#isLoaded ? "There is no image of this kind." : "Loading the images …");
    this.#request();
  }

  /** Brings a row into the window and the focus to it. @param {number} index */
  goTo(index) {
    const wanted = Math.max(0, Math.min(this.rows.length - 1, index));
    const { top } = this.#body.getBoundingClientRect();
    const rowTop = top + wanted * this.#rowHeight;
    // Under the filter, which stays at the top of the window.
    const margin = this.#rowHeight;
    if (rowTop < margin) scrollBy({ top: rowTop - margin, behavior: "instant" });
    else if (rowTop + this.#rowHeight > innerHeight)
      scrollBy({ top: rowTop + this.#rowHeight - innerHeight + 16, behavior: "instant" });
    this.#shown.get(this.#active)?.setActive(false);
    this.#active = wanted;
    this.#render();
    this.#shown.get(wanted)?.focus();
  }

  get #rowHeight() {
    return Number.parseFloat(getComputedStyle(this.#body).getPropertyValue("--row-height")) || 72;
  }

  #request() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#render();
    });
  }

  #render() {
    const height = this.#rowHeight;
    const { top } = this.#body.getBoundingClientRect();
    const first = Math.max(0, Math.floor(-top / height) - spareRows);
    const last = Math.min(this.rows.length - 1, Math.ceil((innerHeight - top) / height) + spareRows);
    for (const [index, row] of this.#shown) {
      const isNear = index >= first && index <= last;
      // The row that has the focus stays: with it the keyboard's place would go.
      if (isNear || (row.hasFocus && index < this.rows.length)) continue;
      row.remove();
      this.#shown.delete(index);
    }
    for (let index = first; index <= last; index++) this.#showRow(index);
    for (const [index] of this.#shown) if (index < first || index > last) this.#showRow(index);
  }

  /** @param {number} index */
  #showRow(index) {
    const row = this.rows[index];
    if (row === undefined) return;
    let shown = this.#shown.get(index);
    if (shown === undefined) {
      shown = new ImageRow(index, () => {
        this.#active = index;
        this.#onOpen(index);
      });
      this.#shown.set(index, shown);
      // In the order of the table, for screen readers and the tab key.
      let after = index + 1;
      while (after <= index + 2 * spareRows && !this.#shown.has(after)) after += 1;
      this.#body.insertBefore(shown.element, this.#shown.get(after)?.element ?? null);
    }
    shown.show(row, row.product !== null && this.rows[index - 1]?.product?.serial === row.product.serial);
    shown.setActive(index === this.#active);
  }

  /** @param {KeyboardEvent} event */
  #takeKey(event) {
    const page = Math.max(1, Math.floor(innerHeight / this.#rowHeight) - 2);
    const steps = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -this.rows.length,
      End: this.rows.length,
    };
    const step = new Map(Object.entries(steps)).get(event.key);
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.goTo(this.#active + step);
  }
}
