// What is told of the work while it goes on: a line in the log and a data point for each image, each end of a job and each
// attempt at a delivery. Never a path or query, a key or an address.

import type { Config } from "../config.ts";
import { codeOf } from "../errors.ts";
import type { ImageFailure } from "../errors.ts";
import type { ImageOutcome } from "../store/images.ts";
import type { JobRecord } from "../store/jobs.ts";
import type { CoordinatorState } from "./coordinator-state.ts";
import { writeDataPoint } from "./data-points.ts";
import type { PendingDelivery } from "./delivery.ts";
import type { Laps } from "./laps.ts";
import { logEvent } from "./log.ts";

/** What is known of an image's way; null for one whose messages died. */
export interface ImageWay {
  url: string;
  laps: Laps;
}

/** To be called once an outcome is recorded. Two deliveries at once may both tell; the counters of the record do not. */
export function observeImage(env: Env, config: Config, image: ImageOutcome, way: ImageWay | null): void {
  const code = image.failure === null ? null : codeOf(image.failure);
  const host = way === null ? null : hostOf(way.url);
  const pixels = image.width === null || image.height === null ? null : image.width * image.height;
  const { wait, fetch, encode, store } = way?.laps.ms ?? { wait: null, fetch: null, encode: null, store: null };
  const { jobId, outcome, format, extension, bytesIn, bytesOut, attempts } = image;
  if (config.logImages === "all" || (config.logImages === "failed" && outcome === "failed")) {
    logEvent("image", {
      job: jobId,
      position: image.position,
      outcome,
      code,
      host,
      format,
      output: extension,
      pixels,
      bytes_in: bytesIn,
      bytes_out: bytesOut,
      attempts,
      wait_ms: wait,
      fetch_ms: fetch,
      encode_ms: encode,
      store_ms: store,
    });
  }
  writeDataPoint(env, {
    job: jobId,
    blobs: ["image", outcome, code, format, extension, host],
    doubles: [pixels, bytesIn, bytesOut, attempts, wait, fetch, encode, store],
  });
}

/** An image will be tried again: that is no outcome, and worth a line only where every image is. */
export function observePutOff(
  config: Config,
  image: { jobId: string; position: number; url: string },
  put: { failure: ImageFailure; attempts: number; delaySeconds: number },
): void {
  if (config.logImages !== "all") return;
  logEvent("image_put_off", {
    job: image.jobId,
    position: image.position,
    code: codeOf(put.failure),
    host: hostOf(image.url),
    attempts: put.attempts,
    delay_seconds: put.delaySeconds,
  });
}

export function observeJobEnd(
  env: Env,
  job: JobRecord,
  state: CoordinatorState,
  { deliveries, now }: { deliveries: number; now: number },
): void {
  const completedAt = state.completedAt ?? now;
  const [durationMs, finishMs] = [completedAt - state.startedAt, now - completedAt];
  logEvent("job_ended", {
    job: job.id,
    run: state.run,
    state: job.state,
    outcome: job.outcome,
    products: job.products,
    images: job.imagesTotal,
    distinct_images: job.images,
    failed: job.imagesFailed,
    bytes_in: job.bytesIn,
    bytes_out: job.bytesOut,
    messages: state.dispatched,
    rounds: state.rounds,
    deliveries,
    duration_ms: durationMs,
    finish_ms: finishMs,
  });
  writeDataPoint(env, {
    job: job.id,
    blobs: ["job", job.state, job.outcome, job.owner],
    doubles: [
      job.imagesTotal,
      job.bytesIn,
      job.bytesOut,
      job.imagesFailed,
      durationMs,
      finishMs,
      state.dispatched,
      state.rounds,
    ],
  });
}

/** Neither the URL nor the address: the one may hold secrets, the other is somebody's. */
export function observeAttempt(env: Env, jobId: string, delivery: PendingDelivery): void {
  const { id, kind, event, state, attempts } = delivery;
  const last = attempts.at(-1);
  const status = last?.status ?? null;
  const error = last?.error ?? null;
  const durationMs = last?.durationMs ?? null;
  logEvent("delivery_attempted", {
    job: jobId,
    delivery: id,
    kind,
    state,
    attempt: attempts.length,
    status,
    error,
    duration_ms: durationMs,
  });
  writeDataPoint(env, {
    job: jobId,
    blobs: ["delivery", kind, state, event, error],
    doubles: [status, attempts.length, durationMs],
  });
}

function hostOf(url: string): string | null {
  return URL.parse(url)?.host ?? null;
}
