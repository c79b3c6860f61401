// @ts-check
// Short words at the bottom of the window, read out by screen readers: what was done, and that the connection is gone.

import { byId, setText } from "./element.js";

const shownForMs = 5_000;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let isOffline = false;

/** @param {string} text */
export function notify(text) {
  show(text, "said");
  clearTimeout(timer);
  timer = setTimeout(restore, shownForMs);
}

export function setUpNotice() {
  addEventListener("online", noteConnection);
  addEventListener("offline", noteConnection);
  noteConnection();
}

function noteConnection() {
  isOffline = !navigator.onLine;
  restore();
}

function restore() {
  if (isOffline)
    show("You are offline. Jobs go on without you; this page catches up when the connection is back.", "offline");
  else show("", "none");
}

/** @param {string} text @param {string} kind */
function show(text, kind) {
  const place = byId("notice", HTMLElement);
  place.dataset["kind"] = kind;
  setText(place, text);
}
