// The whole story: a catalogue goes in by HTTP, through the real local queue, and comes out again.
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { env } from "cloudflare:workers";
import { catalogue, getImages, request, submit, waitForEnd } from "./support/jobs.ts";
import type { Json } from "./support/jobs.ts";
import { until } from "./support/until.ts";

const shop = "https://shop.example";

async function receivedBy(box: string): Promise<Json[]> {
  return (await fetch(`https://receiver.example/received?box=${box}`)).json();
}

describe("a catalogue", () => {
  test("comes back in the format and size that were asked for", async () => {
    const urls = [`${shop}/photo.jpg`, `${shop}/logo.png`, `${shop}/photo.webp`, `${shop}/flat.gif`];

    const accepted = await submit(catalogue(urls), { format: "webp", scale: "0.5" });
    const job = await waitForEnd(accepted.id);

    expect(job).toMatchObject({ state: "completed", outcome: "ok", options: { format: "webp", scale: 0.5 } });
    const images = await getImages(job.id);
    expect(images.map((image) => [image.format, image.output_format, image.output_width, image.output_height])).toEqual(
      [
        ["jpeg", "webp", 80, 60],
        ["png", "webp", 80, 60],
        ["webp", "webp", 80, 60],
        ["gif", "webp", 80, 60],
      ],
    );
    for (const image of images) {
      const response = await request(image.output);
      expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/webp"]);
      expect(image.output).toMatch(/\.webp$/);
      expect((await response.arrayBuffer()).byteLength).toBe(image.bytes_out);
    }
  });

  test("brings what nobody here writes to a format that every shop takes", async () => {
    const accepted = await submit(catalogue([`${shop}/flat.gif`]));
    const job = await waitForEnd(accepted.id);

    const [image] = await getImages(job.id);
    expect(image).toMatchObject({ outcome: "compressed", format: "gif", output_format: "png", output_width: 160 });
  });

  test("comes back with the URLs of smaller images, and the webhook tells", async () => {
    const photo = `${shop}/photo.jpg`;
    const csv = catalogue(
      [photo, `${shop}/photo.webp`],
      [`${shop}/logo.png`, photo],
      [`${shop}/missing.jpg`, `${shop}/photo.jpg?quality=10`, `${shop}/page.html`],
    );

    const accepted = await submit(csv, { webhook_url: "https://receiver.example/hook?box=story" });
    const job = await waitForEnd(accepted.id);

    expect(job).toMatchObject({
      state: "completed",
      outcome: "partial",
      products: 3,
      images_total: 7,
      images_processed: 7,
      images_succeeded: 5,
      images_failed: 2,
      completion_percentage: 100,
    });
    expect(job.bytes_out).toBeLessThan(job.bytes_in);

    const images = await getImages(job.id);
    expect(images.map((image) => [image.uses, image.outcome, image.code])).toEqual([
      [2, "compressed", null],
      [1, "compressed", null],
      [1, "compressed", null],
      [1, "failed", "http_404"],
      [1, "kept_original", "already_small"],
      [1, "failed", "not_an_image"],
    ]);

    const output = await (await request(`/v1/jobs/${job.id}/output.csv`)).text();
    const lines = output.split("\r\n");
    expect(lines[0]).toBe("S. No.,Product Name,Input Image Urls,Output Image Urls");
    expect(lines[1]).toBe(`1,Product 1,"${photo},${shop}/photo.webp","${images[0].output},${images[1].output}"`);
    expect(lines[3]).toContain(`",${images[4].output},"`);

    for (const image of images.filter((one) => one.output !== null)) {
      const response = await request(image.output);
      const bytes = await response.arrayBuffer();
      expect(response.headers.get("content-type")).toBe(`image/${image.format}`);
      expect(bytes.byteLength).toBe(image.bytes_out);
      expect(image.bytes_out).toBeLessThanOrEqual(image.bytes_in);
    }

    const [hook, ...more] = await until(async () => {
      const received = await receivedBy("story");
      return received.length > 0 ? received : null;
    });
    expect(more).toEqual([]);
    const body = new Webhook("whsec_a2tra2tra2tra2tra2tra2tra2tra2tr").verify(hook.body, {
      "webhook-id": hook.id,
      "webhook-timestamp": hook.timestamp,
      "webhook-signature": hook.signature,
    });
    expect(body).toMatchObject({
      request_id: job.id,
      status: "COMPLETED",
      type: "job.partial",
      data: { id: job.id, images_failed: 2 },
    });
  });

  test("of photographs as large as phones take them, baseline and progressive, becomes smaller", async () => {
    const photo = `${shop}/photo.jpg?width=4000&height=3000`;
    const { id } = await submit(catalogue([photo, `${photo}&progressive=1`]));

    await waitForEnd(id);

    const images = await getImages(id);
    for (const image of images) {
      expect(image).toMatchObject({ outcome: "compressed", code: null, format: "jpeg", width: 4000, height: 3000 });
      expect(image.bytes_out).toBeLessThan(image.bytes_in / 2);
    }
    expect(images).toHaveLength(2);
  });

  test("without one good image ends as failed", async () => {
    const { id } = await submit(catalogue([`${shop}/missing.jpg`], ["http://127.0.0.1/inside.jpg"]));

    const job = await waitForEnd(id);

    expect(job).toMatchObject({ state: "failed", outcome: "none", images_failed: 2 });
    expect(job.error_message).toContain("None of the 2 images");
    expect((await getImages(id)).map((image) => image.code)).toEqual(["http_404", "blocked_address"]);
  });

  test("without any image ends as failed at once", async () => {
    const { id } = await submit("S. No.,Product Name,Input Image Urls\r\n1,Chair,\r\n");

    const job = await waitForEnd(id);

    expect(job).toMatchObject({ state: "failed", outcome: "none", images_total: 0, completion_percentage: 100 });
  });

  test("of more images than the dispatch window goes through whole", async () => {
    const urls = Array.from({ length: 230 }, (_, index) => `${shop}/missing-${index}.jpg`);
    const { id } = await submit(catalogue([`${shop}/photo.jpg`, ...urls]));

    const job = await waitForEnd(id);

    expect(job).toMatchObject({ images_total: 231, images_succeeded: 1, images_failed: 230 });
  });

  test("of 30,000 images on 10,000 rows is accepted in one request that does not wait for the queue", async () => {
    const products = Array.from({ length: 10_000 }, (_, row) =>
      [1, 2, 3].map((image) => `http://127.0.0.1/${row}-${image}.jpg`),
    );

    const job = await submit(catalogue(...products));

    expect(job).toMatchObject({ state: "queued", products: 10_000, images_total: 30_000, images_processed: 0 });
    const { results } = await env.DB.prepare("select count(*) as rows from images where job_id = ?").bind(job.id).all();
    expect(results).toEqual([{ rows: 30_000 }]);
    await request(`/v1/jobs/${job.id}/cancel`, { method: "POST" });
    expect(await waitForEnd(job.id)).toMatchObject({ state: "cancelled" });
  });
});
