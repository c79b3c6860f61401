// @ts-check
// Which images are listed, by what became of them.

import { element, setText } from "../element.js";
import { formatCount } from "../locale.js";

/** @import { ImageList } from "./image-list.js" */
/** @import { Chosen } from "./products.js" */

/** @type {readonly [Chosen, string][]} */
const choices = [
  ["all", "All"],
  ["compressed", "Compressed"],
  ["kept_original", "Kept original"],
  ["failed", "Failed"],
  ["waiting", "Waiting"],
];

export class ImageFilter {
  /** @type {Chosen} */
  chosen = "all";
  /** @type {Map<Chosen, { input: HTMLInputElement, label: HTMLElement, number: HTMLElement }>} */
  #parts = new Map();

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.bar = element(
      "fieldset",
      { class: "filter" },
      element("legend", { class: "sr-only" }, "Show images that are"),
    );
    for (const [value, name] of choices) {
      const input = element("input", { type: "radio", name: "outcome", value, checked: value === "all" });
      const number = element("span", { class: "number" });
      const label = element(
        "label",
        { class: "choice", "data-outcome": value },
        input,
        element("span", {}, name),
        number,
      );
      input.addEventListener("change", () => {
        this.chosen = value;
        onChange();
      });
      this.#parts.set(value, { input, label, number });
      this.bar.append(label);
    }
  }

  /** @param {Chosen} value */
  choose(value) {
    this.chosen = value;
    const part = this.#parts.get(value);
    if (part !== undefined) part.input.checked = true;
  }

  /** @param {ImageList} images @param {boolean} isRunning */
  showCounts(images, isRunning) {
    const { counts } = images;
    const { waiting } = counts;
    const numbers = { ...counts, all: counts.compressed + counts.kept_original + counts.failed + waiting };
    for (const [value, part] of this.#parts) setText(part.number, formatCount(numbers[value]));
    const part = this.#parts.get("waiting");
    if (part !== undefined) part.label.hidden = !isRunning && waiting === 0;
    if (!isRunning && waiting === 0 && this.chosen === "waiting") this.choose("all");
  }
}
