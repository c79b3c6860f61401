// Counts what a deployment is billed for: bindings that count on their way to the real ones. Local D1 and coordinators tell
// rows as production bills them.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { NewCoordination } from "../../src/job/coordinator-state.ts";
import type { ImageMessage } from "../../src/store/messages.ts";
import { envWith, replaceBindings } from "./coordinators.ts";

export const meters = [
  "workerRequests",
  "queueMessages",
  "d1Calls",
  /** Time inside of SQLite, as D1 tells it. */
  "d1Ms",
  "d1RowsRead",
  "d1RowsWritten",
  /** Writes and lists; deletes are free. */
  "r2ClassA",
  "r2ClassB",
  "coordinatorRequests",
  "coordinatorRowsWritten",
  "dataPoints",
] as const;

export type Usage = Record<(typeof meters)[number], number>;

export interface Meter {
  usage: Usage;
  /** Messages that were sent and that nobody delivers. */
  sent: ImageMessage[];
  env: Env;
}

export function newMeter(): Meter {
  const usage: Usage = {
    workerRequests: 0,
    queueMessages: 0,
    d1Calls: 0,
    d1Ms: 0,
    d1RowsRead: 0,
    d1RowsWritten: 0,
    r2ClassA: 0,
    r2ClassB: 0,
    coordinatorRequests: 0,
    coordinatorRowsWritten: 0,
    dataPoints: 0,
  };
  const sent: ImageMessage[] = [];
  const bindings: Record<string, unknown> = {
    DB: meteredDatabase(usage),
    IMAGE_BUCKET: meteredBucket(env.IMAGE_BUCKET, usage),
    FILE_BUCKET: meteredBucket(env.FILE_BUCKET, usage),
    IMAGE_QUEUE: {
      async sendBatch(messages: Iterable<{ body: ImageMessage }>) {
        for (const { body } of messages) sent.push(body);
        usage.queueMessages = sent.length;
      },
      metrics: () => env.IMAGE_QUEUE.metrics(),
    },
    ANALYTICS: { writeDataPoint: () => void (usage.dataPoints += 1) },
  };
  bindings["COORDINATOR"] = meteredCoordinators(usage, bindings);
  return { usage, sent, env: envWith(bindings) };
}

function meteredDatabase(usage: Usage) {
  const real = new WeakMap<object, D1PreparedStatement>();
  const count = <Result extends D1Result>(result: Result): Result => {
    usage.d1RowsRead += result.meta.rows_read;
    usage.d1RowsWritten += result.meta.rows_written;
    usage.d1Ms += result.meta.duration;
    return result;
  };
  const wrap = (statement: D1PreparedStatement): object => {
    const metered = {
      bind: (...values: unknown[]) => wrap(statement.bind(...values)),
      run: async () => {
        usage.d1Calls += 1;
        return count(await statement.run());
      },
      all: async () => {
        usage.d1Calls += 1;
        return count(await statement.all());
      },
      first: async (column?: string) => {
        usage.d1Calls += 1;
        const row = count(await statement.all()).results[0] ?? null;
        return row === null || column === undefined ? row : row[column];
      },
      // It tells no rows: run as another call that does, and turned into what was asked for.
      raw: async () => {
        usage.d1Calls += 1;
        const { results } = count(await statement.all());
        return results.map((row) => Object.values(row));
      },
    };
    real.set(metered, statement);
    return metered;
  };
  return {
    prepare: (sql: string) => wrap(env.DB.prepare(sql)),
    batch: async (statements: object[]) => {
      usage.d1Calls += 1;
      const results = await env.DB.batch(statements.flatMap((metered) => real.get(metered) ?? []));
      return results.map(count);
    },
  };
}

function meteredBucket(bucket: R2Bucket, usage: Usage) {
  const counted = <Arguments extends unknown[], Result>(
    meter: "r2ClassA" | "r2ClassB" | null,
    call: (...given: Arguments) => Result,
  ) => {
    return (...given: Arguments): Result => {
      if (meter !== null) usage[meter] += 1;
      return call(...given);
    };
  };
  return {
    put: counted("r2ClassA", (key: string, value: Blob | Uint8Array, options: R2PutOptions) =>
      bucket.put(key, value, options),
    ),
    list: counted("r2ClassA", (options: R2ListOptions) => bucket.list(options)),
    get: counted("r2ClassB", (key: string) => bucket.get(key)),
    head: counted("r2ClassB", (key: string) => bucket.head(key)),
    delete: counted(null, (keys: string | string[]) => bucket.delete(keys)),
  };
}

/** Every call, and every alarm, is a request; every value that is put, event that is logged and alarm that is set a row. */
function meteredCoordinators(usage: Usage, bindings: Record<string, unknown>) {
  const call = <Result>(work: () => Promise<Result>): Promise<Result> => {
    usage.coordinatorRequests += 1;
    return work();
  };
  return {
    getByName(name: string) {
      const stub = env.COORDINATOR.getByName(name);
      return {
        async prepare(job: NewCoordination) {
          await replaceBindings(stub, bindings);
          await runInDurableObject(stub, (instance, state) => {
            meterStorage(state.storage, usage);
            const alarm = instance.alarm.bind(instance);
            instance.alarm = () => call(alarm);
          });
          await call(() => stub.prepare(job));
        },
        start: () => call(() => stub.start()),
        snapshot: () => call(async () => stub.snapshot()),
        report: (outcomes: Parameters<typeof stub.report>[0]) => call(() => stub.report(outcomes)),
        discard: (jobId: string) => call(() => stub.discard(jobId)),
      };
    },
  };
}

const meteredStorage = new WeakSet<object>();

function meterStorage(storage: DurableObjectStorage, usage: Usage): void {
  if (meteredStorage.has(storage)) return;
  meteredStorage.add(storage);
  const setAlarm = storage.setAlarm.bind(storage);
  storage.setAlarm = (...given: Parameters<typeof setAlarm>) => {
    usage.coordinatorRowsWritten += 1;
    return setAlarm(...given);
  };
  const { kv, sql } = storage;
  const put = kv.put.bind(kv);
  kv.put = (...given: Parameters<typeof put>) => {
    usage.coordinatorRowsWritten += 1;
    put(...given);
  };
  const exec = sql.exec.bind(sql);
  Reflect.set(sql, "exec", (query: string, ...values: unknown[]) => {
    const cursor = exec(query, ...values);
    usage.coordinatorRowsWritten += cursor.rowsWritten;
    return cursor;
  });
}
