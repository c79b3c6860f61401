// The product with a counter at every binding. `GET /count` tells the counts and begins anew.
import product, { Coordinator as Product } from "../../../src/index.ts";

const counts = {
  d1Calls: 0,
  statements: 0,
  rowsRead: 0,
  rowsWritten: 0,
  coordinatorCalls: 0,
  sendCalls: 0,
  messagesSent: 0,
  messagesHandled: 0,
  batches: 0,
  r2Puts: 0,
  r2Others: 0,
};
export type Counts = typeof counts;

export class Coordinator extends Product {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, counted(env));
  }
}

export default {
  async fetch(request, env, context) {
    if (new URL(request.url).pathname !== "/count") return product.fetch(request, counted(env), context);
    const now = { ...counts };
    for (const name of Object.keys(counts)) Reflect.set(counts, name, 0);
    return Response.json(now);
  },
  async queue(batch, env) {
    counts.batches += 1;
    counts.messagesHandled += batch.messages.length;
    await product.queue(batch, counted(env));
  },
} satisfies ExportedHandler<Env>;

function counted(env: Env): Env {
  const replaced: Record<string, unknown> = {
    DB: countedDatabase(env.DB),
    IMAGE_BUCKET: countedBucket(env.IMAGE_BUCKET),
    FILE_BUCKET: countedBucket(env.FILE_BUCKET),
    IMAGE_QUEUE: {
      sendBatch(messages: MessageSendRequest[]) {
        counts.sendCalls += 1;
        counts.messagesSent += messages.length;
        return env.IMAGE_QUEUE.sendBatch(messages);
      },
      metrics: () => env.IMAGE_QUEUE.metrics(),
    },
    COORDINATOR: {
      getByName(name: string) {
        counts.coordinatorCalls += 1;
        return env.COORDINATOR.getByName(name);
      },
    },
  };
  return { ...env, ...replaced };
}

function countedDatabase(db: D1Database) {
  const originals = new WeakMap<object, D1PreparedStatement>();
  const wrap = (statement: D1PreparedStatement): object => {
    const wrapped = {
      bind: (...values: unknown[]) => wrap(statement.bind(...values)),
      run: async () => note(await statement.run()),
      all: async () => note(await statement.all()),
      async raw() {
        // It tells no figures; Drizzle uses it to read, so that asking twice does no harm.
        note(await statement.all());
        return statement.raw();
      },
      async first(column?: string) {
        const [row] = note(await statement.all()).results;
        return (column === undefined ? row : row?.[column]) ?? null;
      },
    };
    originals.set(wrapped, statement);
    return wrapped;
  };
  return {
    prepare: (sql: string) => wrap(db.prepare(sql)),
    async batch(statements: object[]) {
      const results = await db.batch(statements.flatMap((statement) => originals.get(statement) ?? []));
      counts.d1Calls -= results.length - 1;
      return results.map(note);
    },
  };
}

function note<Result extends D1Result>(result: Result): Result {
  counts.d1Calls += 1;
  counts.statements += 1;
  counts.rowsRead += result.meta.rows_read;
  counts.rowsWritten += result.meta.rows_written;
  return result;
}

function countedBucket(bucket: R2Bucket) {
  return {
    get: (key: string, options?: R2GetOptions) => other(bucket.get(key, options)),
    head: (key: string) => other(bucket.head(key)),
    put(key: string, value: Blob, options?: R2PutOptions) {
      counts.r2Puts += 1;
      return bucket.put(key, value, options);
    },
    delete: (keys: string | string[]) => other(bucket.delete(keys)),
    list: (options?: R2ListOptions) => other(bucket.list(options)),
  };
}

function other<Result>(result: Result): Result {
  counts.r2Others += 1;
  return result;
}
