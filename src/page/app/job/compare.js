// @ts-check
// One image in the large: before and after under a slider, both sizes and the difference; or why there is no after.

import { button, byId, element, setText } from "../element.js";
import { formatBytes, formatPercent } from "../locale.js";
import { fileName, outcomeWords, pictureWords, savedShare } from "./words.js";

/** @import { Image } from "../../wire.ts" */
/** @import { Row } from "./products.js" */

/**
 * @param {readonly Row[]} rows
 * @param {number} start
 * @param {(index: number) => void} onClose with the row that was looked at last
 */
export function openCompare(rows, start, onClose) {
  const dialog = byId("compare", HTMLDialogElement);
  const closing = new AbortController();
  const { signal } = closing;
  let index = start;

  const title = element("h2", { id: "compare-title" });
  const subtitle = element("p", { class: "hint" });
  const place = element("div", { class: "compare-place" });
  const facts = element("dl", { class: "figures compare-facts" });
  const links = element("p", { class: "compare-links" });
  const previous = button("Previous", () => go(index - 1));
  const next = button("Next", () => go(index + 1));
  const close = button("Close", () => dialog.close());
  dialog.replaceChildren(
    element("div", { class: "compare-head" }, element("div", { class: "compare-names" }, title, subtitle), close),
    place,
    facts,
    element("div", { class: "compare-foot" }, links, element("div", { class: "compare-steps" }, previous, next)),
  );

  dialog.addEventListener(
    "close",
    () => {
      closing.abort();
      dialog.replaceChildren();
      onClose(index);
    },
    { signal },
  );
  // A click beside it closes it.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close(), { signal });
  go(start);
  dialog.showModal();

  /** @param {number} to */
  function go(to) {
    const row = rows[to];
    if (row === undefined) return;
    index = to;
    const { image, product } = row;
    setText(title, product?.product ?? fileName(image));
    setText(
      subtitle,
      product === null ? outcomeWords(image.outcome) : `${fileName(image)} · ${outcomeWords(image.outcome)}`,
    );
    place.replaceChildren(pictureOf(image));
    facts.replaceChildren(...factsOf(image));
    links.replaceChildren(...linksOf(image));
    previous.disabled = to === 0;
    next.disabled = to === rows.length - 1;
  }
}

/** @param {Image} image */
function pictureOf(image) {
  if (image.outcome === "failed") {
    return element(
      "div",
      { class: "compare-words" },
      element("p", {}, image.message ?? "It failed."),
      element("p", {}, element("code", {}, image.code ?? "")),
    );
  }
  if (image.output === null)
    return element("div", { class: "compare-words" }, element("p", {}, "It waits for its turn."));
  return slider(image, image.output);
}

/** @param {Image} image @param {string} output */
function slider(image, output) {
  const shape = { width: image.output_width ?? image.width ?? 4, height: image.output_height ?? image.height ?? 3 };
  const after = picture(output, "After", shape);
  const before = picture(image.source, "Before", shape);
  const words = element("p", { class: "compare-note", role: "status" });
  const range = element("input", {
    type: "range",
    min: 0,
    max: 100,
    value: 50,
    step: 1,
    "aria-label": "Share of the picture that shows it before",
  });
  const stage = element(
    "div",
    { class: "stage" },
    after,
    before,
    element("span", { class: "stage-label is-before", "aria-hidden": true }, "Before"),
    element("span", { class: "stage-label is-after", "aria-hidden": true }, "After"),
    element("span", { class: "divider", "aria-hidden": true }),
    range,
  );
  stage.style.setProperty("--ratio", String(shape.width / shape.height));
  range.addEventListener("input", () => stage.style.setProperty("--split", `${range.value}%`));
  before.addEventListener("error", () => {
    stage.classList.add("is-single");
    setText(words, "The shop does not show its picture to this page, so there is only the one after.");
  });
  after.addEventListener("error", () => {
    stage.classList.add("is-broken");
    setText(words, "This picture cannot be shown. It may have been deleted.");
  });
  return element("div", { class: "stage-place" }, stage, words);
}

/** @param {string} source @param {string} alt @param {{ width: number, height: number }} shape */
function picture(source, alt, shape) {
  const made = element("img", {
    class: `is-${alt.toLowerCase()}`,
    alt,
    ...shape,
    decoding: "async",
    referrerpolicy: "no-referrer",
  });
  made.src = source;
  return made;
}

/** @param {Image} image */
function factsOf(image) {
  const share = savedShare(image);
  const { bytes_in: before, bytes_out: after } = image;
  /** @type {[string, string][]} */
  const facts = [
    ["Before", before === null ? "–" : formatBytes(before)],
    ["After", after === null || image.outcome === "failed" ? "–" : formatBytes(after)],
    [
      "Difference",
      share === null || before === null || after === null
        ? "–"
        : share === 0
          ? "none"
          : `−${formatPercent(share)}, ${formatBytes(before - after)}`,
    ],
    ["Picture", pictureWords(image) || "–"],
  ];
  const all = facts.map(([name, value]) =>
    element("div", { class: "figure" }, element("dt", {}, name), element("dd", { class: "value" }, value)),
  );
  if (image.outcome === "kept_original" && image.message !== null) all.push(wideFigure("Why", image.message));
  if (image.reused) all.push(wideFigure("Origin", "An earlier job made it; its source has not changed since."));
  return all;
}

/** @param {string} name @param {string} sentence */
function wideFigure(name, sentence) {
  return element("div", { class: "figure is-wide" }, element("dt", {}, name), element("dd", {}, sentence));
}

/** @param {Image} image */
function linksOf({ source, output }) {
  const links = [];
  if (/^https?:\/\//i.test(source)) links.push(link("Original", source));
  if (output !== null) links.push(link("New image", output));
  return links;
}

/** @param {string} text @param {string} href */
function link(text, href) {
  return element("a", { href, target: "_blank", rel: "noopener noreferrer" }, text);
}
