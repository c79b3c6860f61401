// @ts-check
// Calls to the API. What the server says is wrong becomes a `Refusal`, a server that cannot be reached `Unreachable`.

import { askForKey, readKey } from "./key.js";

/** @import { CellProblem } from "../wire.ts" */

/** The server answered, and the answer is no. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} detail a sentence that says what to do
   * @param {CellProblem[]} errors
   */
  constructor(status, code, detail, errors) {
    super(detail);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

/** Nothing answered: no network, or a server that is down. */
export class Unreachable extends Error {
  /** @param {unknown} cause */
  constructor(cause) {
    super(
      navigator.onLine
        ? "The server does not answer. Try again in a moment."
        : "You are offline. Try again when the connection is back.",
      { cause },
    );
    this.name = "Unreachable";
  }
}

/**
 * A call that went well. A 401 opens the key field, and the call is made again with the key.
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 * @throws {Refusal | Unreachable}
 */
export async function call(path, init = {}) {
  for (;;) {
    const headers = new Headers(init.headers);
    const key = readKey();
    if (key !== null) headers.set("authorization", `Bearer ${key}`);
    const response = await reach(path, { ...init, headers });
    if (response.ok) return response;
    const refusal = await readRefusal(response);
    if (refusal.status !== 401 || !(await askForKey(key, refusal.message))) throw refusal;
  }
}

/**
 * @template Answer
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<Answer>}
 */
export async function callForJson(path, init) {
  const response = await call(path, init);
  try {
    return await response.json();
  } catch (error) {
    throw isAbort(error) ? error : new Unreachable(error);
  }
}

/** @param {unknown} error */
export function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}

/**
 * A sentence for people, whatever was thrown.
 * @param {unknown} error
 */
export function sentenceFor(error) {
  if (error instanceof Refusal || error instanceof Unreachable) return error.message;
  console.error(error);
  return "Something went wrong on this page. Reload it and try again.";
}

/**
 * @param {string} path
 * @param {RequestInit} init
 */
async function reach(path, init) {
  try {
    return await fetch(path, init);
  } catch (error) {
    throw isAbort(error) ? error : new Unreachable(error);
  }
}

/** @param {Response} response */
async function readRefusal(response) {
  /** @type {{ code?: string, detail?: string, errors?: CellProblem[] }} */
  const body = await response.json().catch(() => ({}));
  const detail = body.detail ?? `The server answered with status ${response.status}.`;
  return new Refusal(response.status, body.code ?? "unknown", detail, body.errors ?? []);
}
