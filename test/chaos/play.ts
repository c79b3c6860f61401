// Plays one caller: uploads a catalogue, watches its job, does what it planned to do, and waits for the end of it all.
import { setTimeout as sleep } from "node:timers/promises";
import type { Client, Json } from "./client.ts";
import type { Internet } from "./internet.ts";
import { catalogueOf } from "./jobs.ts";
import type { PlannedJob } from "./jobs.ts";

/** A job that has not ended by then never will. */
const endsWithinMs = 180_000;
/**
 * The clock runs 40 times as fast, so that a receiver must answer within 375 ms: on a busy machine it may be late more often
 * than it fails by plan. Then the next attempt is due after two hours, 180 s here.
 */
const deliversWithinMs = 480_000;

export interface PlayedJob {
  plan: PlannedJob;
  id: string;
  isDeleted: boolean;
  /** Whether the sources that change had done so when it was uploaded, and when it was at rest. */
  change: { before: boolean; after: boolean };
  wrong: string[];
}

/** What other callers of the run wait for. */
export interface Cues {
  /** Whatever this job waits for before it is uploaded. */
  mayBegin: Promise<void>;
  /** Another job asks for the same images. */
  isFollowed: Promise<void>;
  uploaded: () => void;
  ended: () => void;
}

export async function play(client: Client, internet: Internet, plan: PlannedJob, cues: Cues): Promise<PlayedJob> {
  try {
    await cues.mayBegin;
    const before = internet.hasChanged(plan.run);
    const id = await upload(client, internet, plan);
    cues.uploaded();
    const played = { plan, id, isDeleted: false, change: { before, after: before }, wrong: [] };
    const isDeleted = await live(client, played, cues);
    return { ...played, isDeleted, change: { before, after: internet.hasChanged(plan.run) } };
  } finally {
    // Nobody waits for one that broke off.
    cues.uploaded();
    cues.ended();
  }
}

/** From the upload to the rest; true where the job was deleted. */
async function live(client: Client, played: PlayedJob, cues: Cues): Promise<boolean> {
  const { plan, id, wrong } = played;
  const started = Date.now();
  let hasActed = plan.act !== "cancel" && plan.act !== "delete";
  let before = 0;
  for (;;) {
    if (!hasActed && Date.now() - started >= plan.actAfterMs) {
      hasActed = true;
      if (plan.act === "cancel") await client.json(`/v1/jobs/${id}/cancel`, { method: "POST" });
      if (plan.act === "delete") return deleteJob(client, id);
    }
    const job: Json = await client.json(`/v1/jobs/${id}`);
    if (job.images_processed < before) wrong.push(`its count went from ${before} back to ${job.images_processed}`);
    if (job.images_processed > job.images_total) wrong.push(`counts ${job.images_processed} of ${job.images_total}`);
    before = job.images_processed;
    if (job.completed_at !== null && hasActed) break;
    if (Date.now() - started > endsWithinMs) {
      const busy = JSON.stringify(await client.json("/chaos/busy"));
      const { coordinator }: Json = await client.json(`/chaos/look?job=${id}`);
      const standing = JSON.stringify({ ...coordinator.state, progress: undefined });
      wrong.push(`has not ended: ${job.state}, ${job.images_processed} of ${job.images_total}, ${busy}, ${standing}`);
      return false;
    }
    await sleep(150);
  }
  cues.ended();
  if (plan.act === "delete later") {
    await cues.isFollowed;
    await sleep(plan.actAfterMs);
    return deleteJob(client, id);
  }
  if (plan.act === "retry") {
    await client.json(`/v1/jobs/${id}/retry`, { method: "POST" });
  }
  await settle(client, played);
  return false;
}

async function deleteJob(client: Client, id: string): Promise<true> {
  await client.request(`/v1/jobs/${id}`, { method: "DELETE" });
  return true;
}

/** Until the job has ended, and its webhook was told. */
export async function waitForEnd(client: Client, { id, wrong }: PlayedJob): Promise<void> {
  const started = Date.now();
  let last = "never seen";
  while (Date.now() - started < endsWithinMs) {
    const job: Json = await client.json(`/v1/jobs/${id}`);
    const { deliveries }: Json = await client.json(`/v1/jobs/${id}/deliveries`);
    if (job.completed_at !== null && deliveries.some(({ state }: Json) => state === "delivered")) return;
    last = `${job.state}, ${job.images_processed} of ${job.images_total}, ${deliveries.length} deliveries`;
    await sleep(250);
  }
  wrong.push(`has not ended: ${last}`);
}

/** Until the coordinator is at rest: ended, and nothing left to deliver. */
async function settle(client: Client, { id, wrong }: PlayedJob): Promise<void> {
  const started = Date.now();
  let last = "";
  while (Date.now() - started < deliversWithinMs) {
    const look: Json = await client.json(`/chaos/look?job=${id}`);
    const { deliveries }: Json = await client.json(`/v1/jobs/${id}/deliveries`);
    const phase = look.coordinator.state?.phase;
    const pending = deliveries.filter((delivery: Json) => delivery.state === "pending");
    const isAnnounced = look.announced.every((delivery: string) =>
      deliveries.some(({ id: known }: Json) => known === delivery),
    );
    if (phase === "ended" && pending.length === 0 && isAnnounced) return;
    last = `${phase}, ${pending.length} deliveries pending: ${JSON.stringify(pending).slice(0, 1000)}`;
    await sleep(200);
  }
  wrong.push(`is not at rest: ${last}`);
}

export async function upload(client: Client, { shops, receiver }: Internet, plan: PlannedJob): Promise<string> {
  const form = new FormData();
  form.set("file", new File([catalogueOf(shops, plan)], "catalogue.csv", { type: "text/csv" }));
  for (const [name, value] of Object.entries(plan.options)) form.set(name, String(value));
  if (plan.hookFailures !== null)
    form.set("webhook_url", `http://${receiver}/hook/${plan.name}?fail=${plan.hookFailures}`);
  if (plan.mail) form.set("email", "ann@shop.example,bob@shop.example");
  const started = Date.now();
  for (;;) {
    const headers = { "idempotency-key": `chaos-${plan.name}` };
    const response = await client.request("/v1/jobs", { method: "POST", body: form, headers });
    const body: Json = await response.json();
    if (response.status === 202) return body.id;
    const mustWait = response.status === 409 && body.code === "idempotency_in_flight";
    if (!mustWait || Date.now() - started > endsWithinMs)
      throw new Error(`Upload: ${response.status} ${JSON.stringify(body)}`);
    await sleep(300);
  }
}
