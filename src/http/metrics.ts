// `/metrics`: what has happened since the deployment began and how it stands, for Prometheus. A scrape reads the few dozen
// rows of `counters` and the jobs that have not ended, however many jobs and images there are.

import { Hono } from "hono";
import type { Outcome } from "../errors.ts";
import { logFailure } from "../job/log.ts";
import { listCounters } from "../store/counters.ts";
import type { Counter } from "../store/counters.ts";
import { attemptResults } from "../store/deliveries.ts";
import { countUnended } from "../store/jobs.ts";
import { readBacklog } from "../store/messages.ts";
import type { Backlog } from "../store/messages.ts";
import { formatFamilies, prometheusContentType } from "./prometheus.ts";
import type { Family, Sample } from "./prometheus.ts";
import { version } from "./version.ts";

export const metricsRoutes = new Hono<{ Bindings: Env }>();

metricsRoutes.get("/metrics", async (c) => {
  const [counters, unended, backlog] = await Promise.all([
    listCounters(c.env.DB),
    countUnended(c.env.DB),
    backlogIfKnown(c.env.IMAGE_QUEUE),
  ]);
  const families = [
    ...jobFamilies(counters, unended),
    ...imageFamilies(counters),
    deliveryFamily(counters),
    ...queueFamilies(backlog, Date.now()),
    buildFamily(c.env.VERSION),
  ];
  return c.body(formatFamilies(families), 200, { "content-type": prometheusContentType, "cache-control": "no-store" });
});

/** The queue may not tell; the rest is worth reading without it. */
async function backlogIfKnown(queue: Queue): Promise<Backlog | null> {
  try {
    return await readBacklog(queue);
  } catch (error) {
    logFailure("queue_metrics_failed", error);
    return null;
  }
}

function jobFamilies(counters: readonly Counter[], unended: readonly { state: string; jobs: number }[]): Family[] {
  const counted = countsOf(counters, "job");
  const standing = new Map(unended.map(({ state, jobs }) => [state, jobs]));
  return [
    {
      name: "halftone_jobs_accepted_total",
      type: "counter",
      help: "Jobs taken in.",
      samples: [{ labels: {}, value: counted.get("accepted")?.count ?? 0 }],
    },
    {
      name: "halftone_jobs_ended_total",
      type: "counter",
      help: "Ends of jobs by the state they ended in; a job that is retried ends once more.",
      samples: ["completed", "failed", "cancelled"].map((state) => ({
        labels: { state },
        value: counted.get(state)?.count ?? 0,
      })),
    },
    {
      name: "halftone_jobs_unended",
      type: "gauge",
      help: "Jobs that have not ended, by state; cancelled ones still write their output.",
      samples: ["queued", "processing", "cancelled"].map((state) => ({
        labels: { state },
        value: standing.get(state) ?? 0,
      })),
    },
  ];
}

const outcomes = ["compressed", "kept_original", "failed"] as const satisfies Outcome[];

function imageFamilies(counters: readonly Counter[]): Family[] {
  const counted = countsOf(counters, "image");
  // Series that are there from the beginning, so that their first increase is seen as one.
  const labels = new Set([...outcomes, ...counted.keys()]);
  const samples = Array.from(labels, (label) => {
    const [outcome = "", code = ""] = label.split(" ");
    return { outcome, code, row: counted.get(label) };
  });
  const bytes = (of: "bytesIn" | "bytesOut"): Sample[] =>
    outcomes.map((outcome) => ({
      labels: { outcome },
      value: samples.reduce((sum, sample) => sum + (sample.outcome === outcome ? (sample.row?.[of] ?? 0) : 0), 0),
    }));
  return [
    {
      name: "halftone_images_total",
      type: "counter",
      help: "Distinct images by how they ended and the code that says why; an image that is retried ends once more.",
      samples: samples.map(({ outcome, code, row }) => ({ labels: { outcome, code }, value: row?.count ?? 0 })),
    },
    {
      name: "halftone_image_source_bytes_total",
      type: "counter",
      help: "Bytes of sources whose format could be told.",
      samples: bytes("bytesIn"),
    },
    {
      name: "halftone_image_output_bytes_total",
      type: "counter",
      help: "Bytes of outputs.",
      samples: bytes("bytesOut"),
    },
  ];
}

function deliveryFamily(counters: readonly Counter[]): Family {
  const counted = countsOf(counters, "delivery");
  const samples = ["webhook", "email"].flatMap((kind) =>
    Object.values(attemptResults).map((result) => ({
      labels: { kind, result },
      value: counted.get(`${kind} ${result}`)?.count ?? 0,
    })),
  );
  return {
    name: "halftone_delivery_attempts_total",
    type: "counter",
    help: "Attempts at webhooks and mails: delivered, to be tried again, or given up.",
    samples,
  };
}

function queueFamilies(backlog: Backlog | null, now: number): Family[] {
  if (backlog === null) return [];
  const { messages, bytes, oldestAt } = backlog;
  return [
    gauge("halftone_queue_messages", "Images that wait on the queue.", messages),
    gauge("halftone_queue_bytes", "Bytes of the messages that wait on the queue.", bytes),
    gauge(
      "halftone_queue_oldest_age_seconds",
      "How long the oldest message has waited; 0 when none waits.",
      oldestAt === null ? 0 : Math.max(0, (now - oldestAt) / 1000),
    ),
  ];
}

function gauge(name: string, help: string, value: number): Family {
  return { name, type: "gauge", help, samples: [{ labels: {}, value }] };
}

function buildFamily(deployed: WorkerVersionMetadata | undefined): Family {
  return {
    name: "halftone_build_info",
    type: "gauge",
    help: "Always 1; which Halftone this is, and which version of the Worker.",
    samples: [{ labels: { version, worker_version: deployed?.id ?? "" }, value: 1 }],
  };
}

function countsOf(counters: readonly Counter[], subject: Counter["subject"]): Map<string, Counter> {
  return new Map(counters.filter((row) => row.subject === subject).map((row) => [row.label, row]));
}
