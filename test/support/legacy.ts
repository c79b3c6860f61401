// Speaks to the routes of the earlier services as their callers do: raw HTTP, and the id from the upload's answer.
import { acceptWith, losingQueue, recordedOutcome } from "./coordinators.ts";
import { catalogue, coordinatorOf, request, waitForEnd } from "./jobs.ts";
import type { Json } from "./jobs.ts";
import type { Dialect } from "../../src/store/schema.ts";

export const photo = "https://shop.example/photo.jpg";
export const missing = "https://shop.example/missing.jpg";
export const goodCsv = catalogue([photo]);
/** The serial number of row 3 is none. */
export const badCsv = `${goodCsv}x,Chair,${photo}\r\n`;

export interface Answer {
  status: number;
  headers: Headers;
  body: Json;
}

export async function call(path: string, init?: RequestInit): Promise<Answer> {
  const response = await request(path, init);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

export function get(path: string): Promise<Answer> {
  return call(path);
}

/** A form with the CSV as a file in `field`; none where the CSV is null. */
export function upload(
  path: string,
  field: string,
  csv: string | null,
  fields: Record<string, string> = {},
): Promise<Answer> {
  const form = new FormData();
  if (csv !== null) form.set(field, new File([csv], "catalogue.csv", { type: "text/csv" }));
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return call(path, { method: "POST", body: form });
}

/** Uploads and waits for the end; answers the id. */
export async function uploadAndEnd(...args: Parameters<typeof upload>): Promise<string> {
  const { body } = await upload(...args);
  await waitForEnd(body.request_id);
  return body.request_id;
}

/** A job of which two images are known, one is done, and none will be. */
export async function halfDoneJob(dialect: Dialect): Promise<string> {
  const { id } = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([photo], [missing]), null, dialect);
  await coordinatorOf(id).report([recordedOutcome(1)]);
  return id;
}
