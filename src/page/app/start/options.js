// @ts-check
// The options of a job: the quality in words, and those that this server offers beside it.

import { byId, element, setText } from "../element.js";
import { readOffers } from "../offers.js";

const formatNames = new Map([
  ["keep", "As it came"],
  ["auto", "Whichever is smallest"],
  ["jpeg", "JPEG"],
  ["webp", "WebP"],
  ["png", "PNG"],
  ["avif", "AVIF"],
]);

export function setUpOptions() {
  const quality = byId("quality", HTMLInputElement);
  const show = () => {
    setText(byId("quality-number", HTMLOutputElement), quality.value);
    setText(byId("quality-words", HTMLElement), qualityWords(Number(quality.value)));
  };
  quality.addEventListener("input", show);
  show();
  byId("more-options", HTMLDetailsElement).addEventListener("toggle", () => void showOffered());
  byId("format", HTMLSelectElement).addEventListener("change", () => void showOffered());
}

/** @param {number} quality */
export function qualityWords(quality) {
  if (quality < 25) return "Tiny files. Edges and flat areas show it.";
  if (quality < 45) return "Very small files. Fine detail gets softer.";
  if (quality <= 60) return "Small files. On product photos the difference is hard to see.";
  if (quality <= 80) return "Careful. For close-ups and fine texture.";
  return "Nearly untouched. Little is saved.";
}

/** The one format that needs a background. */
function asksForJpeg() {
  return byId("format", HTMLSelectElement).value === "jpeg";
}

async function showOffered() {
  const { options } = await readOffers();
  for (const field of document.querySelectorAll("[data-option]")) {
    const name = field.getAttribute("data-option") ?? "";
    const control = field.querySelector("select, input");
    if (!(control instanceof HTMLSelectElement || control instanceof HTMLInputElement)) continue;
    const isOffered = options.has(name) && (name !== "background" || asksForJpeg());
    if (field instanceof HTMLElement) field.hidden = !isOffered;
    control.disabled = !isOffered;
    if (isOffered && name === "format" && control.childElementCount === 0) {
      control.append(
        ...(options.get(name) ?? []).map((value) => element("option", { value }, formatNames.get(value) ?? value)),
      );
    }
  }
}
