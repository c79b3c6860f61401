// @ts-check
// Follows a job to its end: by server-sent events, by polling while they are cut, and again after the network was gone.
//
//   look ──ended──> onJob, over            look = GET the job
//    └─runs──> watch ──done──> onJob, over  watch = events behind the last one seen
//               └─cut or silent──> wait, look again

import { call, callForJson, isAbort, Unreachable } from "../api.js";
import { readEvents } from "./event-stream.js";

/** @import { Image, Job, Progress } from "../../wire.ts" */

/**
 * @typedef {object} Listener
 * @property {(job: Job) => void} onJob
 * @property {(progress: Progress) => void} onProgress
 * @property {(images: Image[]) => void} onImages
 * @property {(state: "live" | "polling" | "lost") => void} onConnection
 * @property {() => void} onGap outcomes may have been missed
 */

/** The server sends a sign of life every 15 s. */
const silenceMs = 40_000;
const firstPauseMs = 1_000;
const longestPauseMs = 10_000;

/** @param {Job} job */
export function isEnded(job) {
  return job.state === "completed" || job.state === "failed" || job.state === "cancelled";
}

/**
 * Resolves when the job has ended.
 * @param {string} id
 * @param {Listener} listener
 * @param {AbortSignal} signal
 * @throws {import("../api.js").Refusal} when the server will not show the job, or no longer
 */
export async function followJob(id, listener, signal) {
  let pauseMs = firstPauseMs;
  let lastEventId = "";
  for (let round = 0; ; round++) {
    try {
      /** @type {Job} */
      const job = await callForJson(`/v1/jobs/${id}`, { signal });
      listener.onJob(job);
      if (isEnded(job)) return;
      if (round > 0) listener.onGap();
      const before = lastEventId;
      const ended = await watch(id, lastEventId, listener, signal, (seen) => (lastEventId = seen));
      if (ended !== null) {
        listener.onJob(ended);
        return;
      }
      if (before !== lastEventId) pauseMs = firstPauseMs;
      listener.onConnection("polling");
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      listener.onConnection("lost");
    }
    await pause(pauseMs, signal);
    pauseMs = Math.min(longestPauseMs, pauseMs * 1.6);
  }
}

/**
 * @param {string} id
 * @param {string} after number of the last event that was seen; empty for none
 * @param {Listener} listener
 * @param {AbortSignal} signal
 * @param {(eventId: string) => void} onSeen
 * @returns {Promise<Job | null>} null when the stream was cut before the end
 */
async function watch(id, after, listener, signal, onSeen) {
  const silence = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silenceMs);
  };
  const cut = () => silence.abort();
  addEventListener("offline", cut, { signal });
  heard();
  try {
    const response = await call(`/v1/jobs/${id}/events`, {
      headers: after === "" ? {} : { "last-event-id": after },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (response.body === null) return null;
    for await (const events of readEvents(response.body, heard)) {
      listener.onConnection("live");
      const images = events.filter(({ name }) => name === "image").map(({ data }) => JSON.parse(data));
      if (images.length > 0) listener.onImages(images);
      for (const { name, data, id: eventId } of events) {
        if (eventId !== "") onSeen(eventId);
        if (name === "progress") listener.onProgress(JSON.parse(data));
        if (name === "done") return JSON.parse(data);
      }
    }
    return null;
  } catch (error) {
    if (signal.aborted) throw error;
    // Cut in the middle, by the network or by us: whoever follows goes on behind the last event.
    if (isAbort(error) || error instanceof TypeError) return null;
    throw error;
  } finally {
    clearTimeout(timer);
    removeEventListener("offline", cut);
  }
}

/**
 * Ends early when the connection is back.
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const finish = () => {
      over.abort();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    addEventListener("online", finish, { signal: over.signal });
    signal.addEventListener(
      "abort",
      () => {
        over.abort();
        clearTimeout(timer);
        reject(signal.reason);
      },
      { signal: over.signal },
    );
  });
}
