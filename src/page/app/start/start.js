// @ts-check
// The start: a catalogue is given, checked by the server, and sent.

import { callForJson, isAbort, Refusal, sentenceFor } from "../api.js";
import { byId, setText } from "../element.js";
import { rememberJob } from "../known-jobs.js";
import { counted } from "../locale.js";
import { jobAddress } from "../route.js";
import { checkCatalogue } from "./check.js";
import { setUpOptions } from "./options.js";
import { showCheck } from "./preview.js";
import { forgetSource, setUpSource } from "./source.js";

/** @import { Job, Report } from "../../wire.ts" */
/** @import { Catalogue } from "./source.js" */

/** @type {Catalogue | null} */
let catalogue = null;
let checking = new AbortController();
let isSending = false;
/** The same catalogue sent twice, by a nervous click or because an answer was lost, is one job. */
let sendId = newSendId();

export function setUpStart() {
  const form = byId("start-form", HTMLFormElement);
  setUpOptions();
  setUpSource((given) => void take(given));
  form.addEventListener("input", () => (sendId = newSendId()));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(form);
  });
  form.noValidate = true;
  showCheck({ state: "empty" });
  setReady(false, "Choose a catalogue first.");
}

/** @param {Catalogue | null} given */
async function take(given) {
  checking.abort();
  checking = new AbortController();
  catalogue = given;
  sendId = newSendId();
  if (given === null) {
    showCheck({ state: "empty" });
    setReady(false, "Choose a catalogue first.");
    return;
  }
  showCheck({ state: "checking" });
  setReady(false, "Checking the catalogue …");
  try {
    const found = await checkCatalogue(given.file, checking.signal);
    showCheck(found);
    if (given.isExample) setReady(false, "This is how it looks. The shop is made up: bring your own catalogue.");
    else if (found.state === "checked") setReady(found.report.acceptable, readyWords(found.report));
    else setReady(true, "Not checked.");
  } catch (error) {
    if (isAbort(error)) return;
    showCheck({ state: "failed", message: sentenceFor(error), again: () => void take(given) });
    setReady(false, "The catalogue could not be checked.");
  }
}

/** @param {Report} report */
function readyWords(report) {
  if (!report.acceptable) return "It cannot be used yet. The check says why.";
  const images = counted(report.images_distinct, "image");
  return report.problems_total === 0 ? `Ready: ${images}.` : `Ready: ${images}. What cannot be used is left out.`;
}

/** @param {boolean} isReady @param {string} words */
function setReady(isReady, words) {
  byId("go", HTMLButtonElement).disabled = !isReady;
  setText(byId("go-words", HTMLElement), words);
}

/** @param {HTMLFormElement} form */
async function send(form) {
  if (catalogue === null || isSending || byId("go", HTMLButtonElement).disabled || !areOptionsValid(form)) return;
  isSending = true;
  setReady(false, "Sending the catalogue …");
  try {
    const job = await sendCatalogue(form, catalogue);
    rememberJob(job);
    forgetSource();
    location.hash = jobAddress(job.id);
  } catch (error) {
    if (error instanceof Refusal) sendId = newSendId();
    setReady(true, sentenceFor(error));
  } finally {
    isSending = false;
  }
}

/** @param {HTMLFormElement} form */
function areOptionsValid(form) {
  if (form.checkValidity()) return true;
  // A field that is folded away cannot say what is wrong with it.
  byId("more-options", HTMLDetailsElement).open = true;
  return form.reportValidity();
}

/**
 * @param {HTMLFormElement} form
 * @param {Catalogue} given
 * @returns {Promise<Job>}
 */
function sendCatalogue(form, given) {
  const body = new FormData();
  for (const [name, value] of new FormData(form)) if (value !== "") body.set(name, value);
  body.set("file", given.file, given.file.name);
  return callForJson("/v1/jobs", { method: "POST", body, headers: { "idempotency-key": sendId } });
}

/** Not `randomUUID`, which is missing where the page does not come by https. */
function newSendId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
