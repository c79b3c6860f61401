// What an image costs before anybody does anything with it: the calls of the platform that Halftone makes for it (a message,
// a download, an R2 put, its share of two D1 batches and of one call of the coordinator), with nothing of Halftone between
// them. So it is the download and the simulators, and what the product takes beyond it and its codec is our own.
// `POST /floor` begins with a job, `GET /floor` tells how many of its images are left.
import { DurableObject } from "cloudflare:workers";

interface FloorJob {
  job: string;
  urls: readonly string[];
  /** Of a source's bytes that are put: as much as the product's outputs have. */
  share: number;
}

interface Row {
  position: number;
  url: string;
}

let running: FloorJob = { job: "", urls: [], share: 0 };
let left = 0;

export class Coordinator extends DurableObject<Env> {
  private counted = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec("create table if not exists events (last integer primary key, events text not null)");
  }

  async report(rows: readonly object[]): Promise<void> {
    this.counted += rows.length;
    this.ctx.storage.kv.put("state", { counted: this.counted, reported: new Uint8Array(128) });
    this.ctx.storage.sql.exec("insert into events (last, events) values (?, ?)", this.counted, JSON.stringify(rows));
    await Promise.resolve();
  }
}

export default {
  async fetch(request, env) {
    if (request.method !== "POST") return Response.json({ left });
    running = await request.json<FloorJob>();
    left = running.urls.length;
    await env.DB.prepare(
      "insert into images (job_id, position, url, uses) select ?1, key + 1, value, 1 from json_each(?2)",
    )
      .bind(running.job, JSON.stringify(running.urls))
      .run();
    const messages = running.urls.map((_, index) => ({ body: { job: running.job, position: index + 1 } }));
    for (let at = 0; at < messages.length; at += 100) await env.IMAGE_QUEUE.sendBatch(messages.slice(at, at + 100));
    return Response.json({ left });
  },
  async queue(batch: MessageBatch<{ job: string; position: number }>, env) {
    if (batch.messages.length === 0) return;
    const { job, share } = running;
    const wanted = JSON.stringify(batch.messages.map(({ body }) => body.position));
    const [loaded] = await env.DB.batch<Row>([
      env.DB.prepare(`select images.* ${ofWanted}`).bind(job, wanted),
      env.DB.prepare(`select sources.* ${ofWanted} join sources on sources.url = images.url`).bind(job, wanted),
    ]);
    const sizes = await Promise.all(
      (loaded?.results ?? []).map(async ({ url, position }) => {
        const response = await fetch(url);
        const bytes = new Uint8Array(await response.arrayBuffer());
        const output = bytes.subarray(0, Math.ceil(bytes.length * share));
        await env.IMAGE_BUCKET.put(`image/${job}-${position}.jpg`, output, {
          httpMetadata: { contentType: "image/jpeg", cacheControl: "public", contentDisposition: "inline" },
        });
        return [position, bytes.length, output.length];
      }),
    );
    const made = JSON.stringify(sizes);
    const results = await env.DB.batch([
      env.DB.prepare(
        `insert into sources (url, owner, settings, job_id, position, hash)
         select images.url, 'open', '1', images.job_id, images.position, 'none' ${ofMade}`,
      ).bind(job, made),
      env.DB.prepare(
        `insert into counters (subject, label, count, bytes_in, bytes_out)
         select 'image', 'compressed', count(*), sum(value ->> '$[1]'), sum(value ->> '$[2]') from json_each(?1) where true
         on conflict (subject, label) do update set count = counters.count + excluded.count`,
      ).bind(made),
      env.DB.prepare(
        `update images set outcome = 'compressed', bytes_in = value ->> '$[1]', bytes_out = value ->> '$[2]'
         from json_each(?2) where job_id = ?1 and position = value ->> '$[0]'`,
      ).bind(job, made),
      env.DB.prepare(`select images.* ${ofMade}`).bind(job, made),
    ]);
    await env.COORDINATOR.getByName(job).report(results.at(-1)?.results.map((row) => ({ ...Object(row) })) ?? []);
    batch.ackAll();
    left -= sizes.length;
  },
} satisfies ExportedHandler<Env, { job: string; position: number }>;

const ofWanted = `from json_each(?2) as wanted cross join images on images.job_id = ?1 and images.position = wanted.value`;
const ofMade = `from json_each(?2) as made cross join images on images.job_id = ?1 and images.position = made.value ->> '$[0]'`;
