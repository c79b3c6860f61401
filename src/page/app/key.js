// @ts-check
// The API key: kept in this tab, asked for when the server wants one.

import { byId, setText } from "./element.js";

const place = "halftone.key";

/** @type {Promise<boolean> | null} */
let asking = null;

/** @returns {string | null} */
export function readKey() {
  return sessionStorage.getItem(place);
}

/** Shows the key's button where a key is in use, and lets it open the field. */
export function setUpKey() {
  const button = byId("key-button", HTMLButtonElement);
  button.hidden = readKey() === null;
  button.addEventListener("click", () => void changeKey());
}

async function changeKey() {
  const words = "It is kept in this tab only and forgotten when you close it. Leave it empty to forget it now.";
  if (await openField(words)) location.reload();
}

/**
 * Asks once, however many calls want to know.
 * @param {string | null} refused the key that was not good enough
 * @param {string} reason
 * @returns {Promise<boolean>} whether there is another key to try
 */
export async function askForKey(refused, reason) {
  if (readKey() !== refused) return true;
  byId("key-button", HTMLButtonElement).hidden = false;
  asking ??= openField(`${reason} It is kept in this tab only and forgotten when you close it.`).finally(() => {
    asking = null;
  });
  return (await asking) && readKey() !== null;
}

/**
 * @param {string} words
 * @returns {Promise<boolean>} false when it was closed without an answer
 */
function openField(words) {
  const dialog = byId("key-dialog", HTMLDialogElement);
  const field = byId("key", HTMLInputElement);
  setText(byId("key-words", HTMLElement), words);
  field.value = readKey() ?? "";
  dialog.returnValue = "";
  dialog.showModal();
  field.select();

  const { promise, resolve } = Promise.withResolvers();
  const controller = new AbortController();
  const { signal } = controller;
  byId("key-cancel", HTMLButtonElement).addEventListener("click", () => dialog.close(), { signal });
  byId("key-form", HTMLFormElement).addEventListener("submit", () => keepKey(field.value.trim()), { signal });
  dialog.addEventListener(
    "close",
    () => {
      controller.abort();
      resolve(dialog.returnValue === "given");
    },
    { signal },
  );
  return promise;
}

/** @param {string} key */
function keepKey(key) {
  if (key === "") sessionStorage.removeItem(place);
  else sessionStorage.setItem(place, key);
}
