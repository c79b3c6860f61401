// One caller with a job of each kind, and another caller: what a request to any route can be about.
import { env } from "cloudflare:workers";
import { acceptWith, losingQueue } from "./coordinators.ts";
import { catalogue, csvForm, getImages, request, waitForEnd } from "./jobs.ts";
import { callAs, newKey } from "./keys.ts";
import type { TestKey } from "./keys.ts";
import { until } from "./until.ts";

export interface Stage {
  own: TestKey;
  foreign: TestKey;
  /** Jobs of `own`. */
  ended: string;
  running: string;
  cancelled: string;
  /** An image of the ended job: `<job>-1.jpg`. */
  file: string;
  /** A delivery of the ended job. */
  delivery: string;
}

export const stagedCsv = catalogue(["https://shop.example/photo.jpg", "https://shop.example/missing.jpg"]);

export async function setStage(): Promise<Stage> {
  const [own, foreign] = await Promise.all([newKey(), newKey()]);
  const webhook = "https://receiver.example/hook?box=stage";
  const uploaded = await callAs(own.key, "/v1/jobs", {
    method: "POST",
    body: csvForm(stagedCsv, { webhook_url: webhook }),
  });
  const { id: ended } = await uploaded.json<{ id: string }>();
  const [running, cancelled] = await Promise.all([newRunningJob(own), newCancelledJob(own)]);
  await waitForEnd(ended);
  const images = await getImages(ended);
  const output: unknown = images[0]?.output;
  if (typeof output !== "string") throw new Error("The staged image did not succeed");
  return {
    own,
    foreign,
    ended,
    running,
    cancelled,
    file: output.replace(/^.*\//, ""),
    delivery: await delivered(ended),
  };
}

/** A job that waits for ever. */
export async function newRunningJob(owner: TestKey): Promise<string> {
  const { id } = await acceptWith({ IMAGE_QUEUE: losingQueue() }, stagedCsv);
  await env.DB.prepare("update jobs set owner = ?2 where id = ?1").bind(id, owner.id).run();
  return id;
}

export async function newCancelledJob(owner: TestKey): Promise<string> {
  const id = await newRunningJob(owner);
  await callAs(owner.key, `/v1/jobs/${id}/cancel`, { method: "POST" });
  await waitForEnd(id);
  return id;
}

async function delivered(id: string): Promise<string> {
  const delivery = await until(async () => {
    const answer = await request(`/v1/jobs/${id}/deliveries`);
    const { deliveries } = await answer.json<{ deliveries: { id: string; state: string }[] }>();
    return deliveries.find(({ state }) => state === "delivered")?.id ?? null;
  });
  return delivery ?? "";
}
