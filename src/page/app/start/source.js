// @ts-check
// Where a catalogue comes from: a chosen file, a dropped one, pasted text, or the example.

import { byId, setText } from "../element.js";
import { formatBytes } from "../locale.js";
import { exampleCsv, toCsv } from "./pasted.js";

/**
 * @typedef {object} Catalogue
 * @property {File} file
 * @property {boolean} isExample its shops are made up, so it is shown and never sent
 */

/** Typing is over when nothing came for this long. */
const typingMs = 400;

/** @type {(given: Catalogue | null) => void} */
let give = () => {};

/** @param {(given: Catalogue | null) => void} onGiven null when there is none any more */
export function setUpSource(onGiven) {
  give = onGiven;
  const field = byId("file", HTMLInputElement);
  const pasted = byId("pasted", HTMLTextAreaElement);
  // With a script, what is sent is what was checked, and that need not come from this field.
  field.required = false;

  field.addEventListener("change", () => takeFile(field.files?.[0]));
  byId("choose-other", HTMLButtonElement).addEventListener("click", () => {
    forgetSource();
    field.click();
  });
  byId("example", HTMLButtonElement).addEventListener("click", () => {
    openPaste(exampleCsv);
    give({ file: asFile(exampleCsv), isExample: true });
  });
  byId("paste-toggle", HTMLButtonElement).addEventListener("click", () => {
    if (isPasting()) forgetSource();
    else {
      openPaste("");
      give(null);
      pasted.focus();
    }
  });

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  pasted.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => takeText(pasted.value), typingMs);
  });
  takeDrops();
  takePastes();
}

/** Back to the empty field. */
export function forgetSource() {
  byId("file", HTMLInputElement).value = "";
  byId("pasted", HTMLTextAreaElement).value = "";
  showOnly("drop-area");
  give(null);
}

/** @param {File | undefined} file */
function takeFile(file) {
  if (file === undefined) return;
  setText(byId("chosen-name", HTMLElement), file.name);
  setText(byId("chosen-size", HTMLElement), formatBytes(file.size));
  showOnly("chosen-area");
  give({ file, isExample: false });
}

/** @param {string} text */
function takeText(text) {
  if (text.trim() === "") give(null);
  else if (text === exampleCsv) give({ file: asFile(text), isExample: true });
  else give({ file: asFile(toCsv(text)), isExample: false });
}

/** @param {string} text */
function asFile(text) {
  return new File([text], "pasted.csv", { type: "text/csv" });
}

/** @param {string} text */
function openPaste(text) {
  byId("pasted", HTMLTextAreaElement).value = text;
  showOnly("paste-area");
}

function isPasting() {
  return !byId("paste-area", HTMLElement).hidden;
}

/** @param {string} id */
function showOnly(id) {
  for (const area of ["drop-area", "paste-area", "chosen-area"]) byId(area, HTMLElement).hidden = area !== id;
  setText(byId("paste-toggle", HTMLButtonElement), id === "paste-area" ? "Use a file instead" : "Paste instead");
}

function takeDrops() {
  const page = document.documentElement;
  const isStart = () => page.dataset["view"] === "start";
  let depth = 0;
  addEventListener("dragenter", (event) => {
    if (!isStart() || !event.dataTransfer?.types.includes("Files")) return;
    depth += 1;
    page.classList.add("is-dragging");
  });
  addEventListener("dragleave", () => {
    depth = Math.max(0, depth - 1);
    if (depth === 0) page.classList.remove("is-dragging");
  });
  // A file that misses the field must not replace the page.
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    page.classList.remove("is-dragging");
    if (isStart()) takeFile(event.dataTransfer?.files[0]);
  });
}

/** Ctrl+V anywhere on the start page, unless a field is being written in. */
function takePastes() {
  addEventListener("paste", (event) => {
    if (document.documentElement.dataset["view"] !== "start") return;
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
    const [file] = event.clipboardData?.files ?? [];
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (file !== undefined) takeFile(file);
    else if (text.trim() !== "") {
      openPaste(text);
      takeText(text);
    }
  });
}
