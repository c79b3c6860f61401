import { describe, expect, test, vi } from "vitest";
import { app } from "../../src/http/app.ts";
import { catalogue, getImages, request, submit, waitForEnd } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";
import { acceptWith, envWith, losingQueue } from "../support/coordinators.ts";

const photo = "https://shop.example/photo.jpg";
const missing = "https://shop.example/missing.jpg";

/** A stored file that goes on for ever, and knows whether anybody still holds it. */
function endlessProducts() {
  const product = { row: 2, serial: "1", name: "Chair", inputUrls: "", extraCells: [], images: [], problem: null };
  const lines = `${JSON.stringify(product)}\n`.repeat(1_000);
  let letGo = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{"extraColumns":[]}\n')),
    pull: (controller) => controller.enqueue(new TextEncoder().encode(lines)),
    cancel: () => {
      letGo = true;
    },
  });
  return { body, isLetGo: () => letGo };
}

async function output(id: string, query = ""): Promise<Json> {
  return (await request(`/v1/jobs/${id}/output.json${query}`)).json();
}

describe("GET /v1/jobs/{id}/output.json", () => {
  test("gives the products in order, each with its images and what became of them", async () => {
    const { id } = await submit(
      [
        "S. No.,Note,Product Name,Input Image Urls",
        `1,kept,Chair,"${photo},${missing}"`,
        `x,,Desk,${photo}`,
        `3,,"Lamp, ""tall""",${photo}`,
      ].join("\r\n"),
    );
    await waitForEnd(id);
    const [first, second] = await getImages(id);

    const response = await request(`/v1/jobs/${id}/output.json`);

    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await response.json()).toEqual({
      id,
      request_id: id,
      state: "completed",
      outcome: "partial",
      extra_columns: ["Note"],
      products: [
        { row: 2, serial: "1", name: "Chair", problem: null, extra_cells: ["kept"], images: [first, second] },
        { row: 3, serial: "x", name: "Desk", problem: expect.stringContaining("A3"), extra_cells: [], images: [] },
        { row: 4, serial: "3", name: 'Lamp, "tall"', problem: null, extra_cells: [], images: [first] },
      ],
    });
    expect(second).toMatchObject({ source: missing, outcome: "failed", code: "http_404", output: null });
  });

  test("has to wait for the end, unless a part will do", async () => {
    const { id } = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([photo]));

    const early = await request(`/v1/jobs/${id}/output.json`);
    const part = await output(id, "?partial=true");

    expect([early.status, early.headers.get("retry-after")]).toEqual([409, "1"]);
    expect(await early.json()).toMatchObject({ code: "job_not_finished" });
    expect(part.products[0].images).toMatchObject([{ source: photo, outcome: null, output: null }]);
  });

  test("is whole where a product's images are read in several batches", async () => {
    const urls = Array.from({ length: 4_500 }, (_, index) => `https://shop.example/${index}.jpg`);
    const products = [urls.slice(0, 500), urls.slice(500, 4_400), urls.slice(4_400), [urls[0] ?? ""]];
    const { id } = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue(...products));

    const document = await output(id, "?partial=true");

    const sources = document.products.map((product: Json) => product.images.map((image: Json) => image.source));
    expect(sources.map((list: string[]) => list.length)).toEqual([500, 3_900, 100, 1]);
    expect(sources.flat()).toEqual([...urls, urls[0]]);
  });

  test.each([0, 1, 2])("lets go of its file where the caller leaves after %d texts", async (taken) => {
    const { id } = await acceptWith({ IMAGE_QUEUE: losingQueue() }, catalogue([photo]));
    const file = endlessProducts();
    const bindings = envWith({ FILE_BUCKET: { get: async () => ({ body: file.body }) } });
    const response = await app.request(`/v1/jobs/${id}/output.json?partial=true`, {}, bindings);
    const reader = response.body?.getReader();

    for (let text = 0; text < taken; text++) await reader?.read();
    await reader?.cancel();

    await vi.waitUntil(() => file.isLetGo());
    expect(file.isLetGo()).toBe(true);
  });

  test.each(["nonsense", crypto.randomUUID()])("does not know the id %s", async (id) => {
    expect((await request(`/v1/jobs/${id}/output.json`)).status).toBe(404);
  });
});
