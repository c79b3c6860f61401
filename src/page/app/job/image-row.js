// @ts-check
// One row of the table of images.

import { element, setText } from "../element.js";
import { formatBytes } from "../locale.js";
import { fileName, isPicture, outcomeWords, pictureWords, savedShare, savedWords } from "./words.js";

/** @import { Image } from "../../wire.ts" */
/** @import { Row } from "./products.js" */

/** A row that flies by loads no picture. */
const settledMs = 120;

export class ImageRow {
  /** @type {Row | null} */
  #row = null;
  #button = element("button", { type: "button", class: "picture", tabindex: -1 });
  #product = element("div", { class: "product" });
  #file = element("div", { class: "file" });
  #size = element("div", { role: "cell", class: "cell-size" });
  #saved = element("div", { role: "cell", class: "cell-saved" });
  #badge = element("span", { class: "badge" });
  #sentence = element("span");
  #code = element("code");
  #reason = element("span", { class: "reason" }, this.#sentence, " ", this.#code);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {number} index @param {() => void} onOpen */
  constructor(index, onOpen) {
    this.#button.addEventListener("click", onOpen);
    this.element = element(
      "div",
      { role: "row", class: "image-row", "aria-rowindex": index + 2 },
      element("div", { role: "cell", class: "cell-picture" }, this.#button),
      element("div", { role: "cell", class: "cell-name" }, this.#product, this.#file),
      this.#size,
      this.#saved,
      element("div", { role: "cell", class: "cell-outcome" }, this.#badge, this.#reason),
    );
    this.element.style.setProperty("--index", String(index));
  }

  get hasFocus() {
    return this.element.contains(document.activeElement);
  }

  /** @param {Row} row @param {boolean} isSameProduct as the row above */
  show(row, isSameProduct) {
    if (this.#row?.image === row.image && this.#row.product === row.product) return;
    const before = this.#row?.image;
    this.#row = row;
    const { image, product } = row;
    const name = fileName(image);
    setText(this.#product, product === null ? name : product.product);
    this.#product.classList.toggle("is-repeated", isSameProduct);
    const facts = [product === null ? "" : name, pictureWords(image), image.reused ? "from an earlier job" : ""];
    setText(this.#file, facts.filter((fact) => fact !== "").join(" · "));
    this.#file.title = image.source;
    this.element.dataset["outcome"] = image.outcome ?? "waiting";
    setText(this.#size, sizeWords(image));
    setText(this.#saved, savedShare(image) === null ? "" : savedWords(image));
    setText(this.#badge, outcomeWords(image.outcome));
    setText(this.#sentence, image.message ?? "");
    setText(this.#code, image.code ?? "");
    this.#reason.hidden = image.message === null;
    this.#button.setAttribute("aria-label", `Open ${name}${product === null ? "" : ` of ${product.product}`}`);
    if (before === undefined || before.output !== image.output) this.#showPicture(image);
  }

  /** @param {boolean} isActive */
  setActive(isActive) {
    this.#button.tabIndex = isActive ? 0 : -1;
  }

  focus() {
    this.#button.focus({ preventScroll: true });
  }

  remove() {
    clearTimeout(this.#timer);
    this.element.remove();
  }

  /** @param {Image} image */
  #showPicture(image) {
    clearTimeout(this.#timer);
    this.#button.replaceChildren();
    const { output } = image;
    if (output === null || !isPicture(image)) return;
    this.#timer = setTimeout(() => {
      const picture = element("img", {
        alt: "",
        width: 56,
        height: 56,
        decoding: "async",
        referrerpolicy: "no-referrer",
      });
      picture.addEventListener("load", () => picture.classList.add("is-loaded"));
      picture.src = output;
      this.#button.replaceChildren(picture);
    }, settledMs);
  }
}

/** @param {Image} image */
function sizeWords({ bytes_in: before, bytes_out: after, outcome }) {
  if (before === null || outcome === "failed" || outcome === null) return "";
  if (outcome === "kept_original" || after === null) return formatBytes(before);
  return `${formatBytes(before)} → ${formatBytes(after)}`;
}
