// Drives the API as a stranger would: by HTTP, and by waiting.
import { env, exports } from "cloudflare:workers";
import { vi } from "vitest";

export const origin = "https://halftone.example";

export function request(path: string, init?: RequestInit): Promise<Response> {
  return exports.default.fetch(new Request(new URL(path, origin), init));
}

/** A catalogue with one product per list of URLs. */
export function catalogue(...products: string[][]): string {
  const rows = products.map((urls, index) => `${index + 1},Product ${index + 1},"${urls.join(",")}"`);
  return ["S. No.,Product Name,Input Image Urls", ...rows, ""].join("\r\n");
}

export function csvForm(csv: string | Uint8Array<ArrayBuffer>, fields: Record<string, string> = {}): FormData {
  const form = new FormData();
  form.set("file", new File([csv], "catalogue.csv", { type: "text/csv" }));
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

// oxlint-disable-next-line typescript/no-explicit-any -- tests look at answers as a stranger does, without our types
export type Json = any;

export async function submit(csv: string, fields: Record<string, string> = {}): Promise<Json> {
  const response = await request("/v1/jobs", { method: "POST", body: csvForm(csv, fields) });
  if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

export async function getJob(id: string): Promise<Json> {
  return (await request(`/v1/jobs/${id}`)).json();
}

export async function getImages(id: string): Promise<Json[]> {
  const page = await (await request(`/v1/jobs/${id}/images?limit=1000`)).json<{ images: Json[] }>();
  return page.images;
}

export async function waitForEnd(id: string, timeout = 20_000): Promise<Json> {
  return vi.waitUntil(
    async () => {
      const job = await getJob(id);
      return job.completed_at === null ? null : job;
    },
    { timeout, interval: 50 },
  );
}

export function coordinatorOf(id: string) {
  return env.COORDINATOR.getByName(id);
}
