// The product's own handlers and coordinator, on a platform that fails: `wrangler dev` runs this in place of src/index.ts.
// `/chaos/...` is the driver's: it begins and ends a run's faults and looks behind the API.
import { toFast, toReal } from "./clock.ts";
import product, { Coordinator as Product } from "../../src/index.ts";
import { readConfig } from "../../src/config.ts";
import { sweep } from "../../src/job/sweep.ts";
import { batchesUnderWay, deliver } from "./batch.ts";
import { acceptedMails, faultyEnv, knownJobs } from "./bindings.ts";
import { begin, calm, draw, Invocation, note } from "./faults.ts";
import type { Caller } from "./faults.ts";
import { forecast } from "./weather.ts";

/** Requests of the driver come again until they are answered; a storm would keep them for ever. */
const mostTroubleOfRequests = 0.03;

export class Coordinator extends Product {
  constructor(ctx: DurableObjectState, env: Env) {
    const caller: Caller = { isDead: false, mostTrouble: 1, die: () => ctx.abort("died by chaos") };
    super(ctx, faultyEnv(env, caller));
    // Looked up anew with each use: the weather changes while an object lives.
    Object.defineProperty(this, "env", { get: () => faultyEnv(env, caller) });
    Reflect.set(this, "ctx", withFastAlarms(ctx));
  }

  override async report(outcomes: Parameters<Product["report"]>[0]): Promise<void> {
    const drawn = draw("report");
    const dies = drawn !== null && drawn.random.chance(drawn.weather.death);
    await super.report(outcomes);
    if (!dies) return;
    note("coordinator dies of a report");
    // Before its writes are on disk, and before the caller is answered.
    this.ctx.abort("died by chaos");
  }

  /** What lies in its storage, by key, and whether it will wake. */
  inspect() {
    const { storage } = this.ctx;
    const keys = [...storage.kv.list()].map(([key]) => key);
    return { keys, state: storage.kv.get("state") ?? null };
  }
}

function withFastAlarms(ctx: DurableObjectState): object {
  const { storage } = ctx;
  return {
    abort: (reason: string) => ctx.abort(reason),
    storage: {
      kv: storage.kv,
      sql: storage.sql,
      sync: () => storage.sync(),
      deleteAll: () => storage.deleteAll(),
      setAlarm: (at: number) => storage.setAlarm(toReal(at)),
      getAlarm: async () => {
        const at = await storage.getAlarm();
        return at === null ? null : toFast(at);
      },
    },
  };
}

export default {
  async fetch(request, env, context) {
    const url = new URL(request.url);
    if (url.pathname.startsWith("/chaos/")) return control(url, env);
    const invocation = new Invocation(mostTroubleOfRequests);
    try {
      return await Promise.race([product.fetch(request, faultyEnv(env, invocation), context), invocation.death]);
    } catch (error) {
      if (!invocation.isDead) throw error;
      // What a caller sees of a dead isolate is not ours to say.
      return new Response(null, { status: 520 });
    }
  },
  async queue(batch, env, context) {
    await deliver(
      batch,
      env.IMAGE_QUEUE,
      (work) => context.waitUntil(work),
      (faulty, invocation) => product.queue(faulty, faultyEnv(env, invocation)),
    );
  },
} satisfies ExportedHandler<Env>;

async function control(url: URL, env: Env): Promise<Response> {
  const job = url.searchParams.get("job") ?? "";
  switch (url.pathname) {
    case "/chaos/begin":
      begin(forecast(Number(url.searchParams.get("seed"))));
      return Response.json({});
    case "/chaos/calm":
      return Response.json(calm());
    case "/chaos/busy": {
      const { backlogCount } = await env.IMAGE_QUEUE.metrics();
      return Response.json({ batches: batchesUnderWay, backlog: backlogCount });
    }
    case "/chaos/look":
      return Response.json(await lookAt(env, job));
    case "/chaos/all":
      return Response.json(await lookAround(env));
    case "/chaos/sweep":
      // Two days on, when whatever broke off is old.
      return Response.json(await sweep(env, readConfig(env), Date.now() + 2 * 86_400_000));
    default:
      return new Response(null, { status: 404 });
  }
}

/** Everything there is of one job. */
async function lookAt(env: Env, job: string) {
  const rows = (sql: string) => env.DB.prepare(sql).bind(job).all();
  const coordinator = await inspect(env, job);
  const [jobs, images, sources, deliveries] = await Promise.all([
    rows("select * from jobs where id = ?"),
    rows("select * from images where job_id = ? order by position"),
    rows("select * from sources where job_id = ?"),
    rows("select * from deliveries where job_id = ?"),
  ]);
  return {
    jobs: jobs.results,
    images: images.results,
    sources: sources.results,
    deliveries: deliveries.results,
    objects: await keysIn(env.IMAGE_BUCKET, `image/${job}-`),
    files: (await keysIn(env.FILE_BUCKET, "")).filter((key) => key.includes(job)),
    coordinator,
    /** Ids of all deliveries that the job owes or owed. */
    announced: coordinator.keys.flatMap((key) => (key.startsWith("delivery:") ? [key.slice("delivery:".length)] : [])),
    mails: Object.fromEntries(acceptedMails),
  };
}

/** Everything there is at all. */
async function lookAround(env: Env) {
  const ids = async (sql: string) => (await env.DB.prepare(sql).all<{ id: string }>()).results.map(({ id }) => id);
  const coordinators = await Promise.all(
    Array.from(knownJobs, async (job) => ({ job, keys: (await inspect(env, job)).keys })),
  );
  return {
    jobs: await ids("select id from jobs"),
    imageRows: await ids("select distinct job_id as id from images"),
    sources: await ids("select url as id from sources"),
    /** Sources whose image is not there to be taken over. */
    lostSources: await ids(
      `select url as id from sources where not exists (select 1 from images where images.job_id = sources.job_id
         and images.position = sources.position and images.url = sources.url and images.extension is not null)`,
    ),
    deliveries: await ids("select id from deliveries"),
    objects: await keysIn(env.IMAGE_BUCKET, ""),
    files: await keysIn(env.FILE_BUCKET, ""),
    coordinators: coordinators.filter(({ keys }) => keys.length > 0),
  };
}

async function keysIn(bucket: R2Bucket, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await bucket.list({ prefix, ...(cursor !== undefined && { cursor }) });
    keys.push(...page.objects.map(({ key }) => key));
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
  return keys;
}

async function inspect(env: Env, job: string): Promise<{ keys: string[]; state: unknown }> {
  const stub = env.COORDINATOR.getByName(job);
  // The binding's type is that of src/index.ts, which has no such method.
  return Reflect.apply(Reflect.get(stub, "inspect"), stub, []);
}
