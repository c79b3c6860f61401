// The Worker's bindings with faults in between. What the product calls is all there is here.
import { toFast } from "./clock.ts";
import { call, currentWeather, draw, note } from "./faults.ts";
import type { Caller } from "./faults.ts";

export function faultyEnv(env: Env, caller: Caller): Env {
  const replaced: Record<string, unknown> = {
    ...currentWeather()?.vars,
    DB: faultyDatabase(env.DB, caller),
    IMAGE_BUCKET: faultyBucket(env.IMAGE_BUCKET, caller),
    FILE_BUCKET: faultyBucket(env.FILE_BUCKET, caller),
    IMAGE_QUEUE: faultyQueue(env.IMAGE_QUEUE, caller),
    COORDINATOR: faultyCoordinators(env.COORDINATOR, caller),
    EMAIL: faultyMail(env.EMAIL, caller),
    // Not what is tried here, and the driver polls like nobody would.
    UPLOAD_LIMIT: { limit: async () => ({ success: true }) },
    REQUEST_LIMIT: { limit: async () => ({ success: true }) },
  };
  return { ...env, ...replaced };
}

function faultyDatabase(db: D1Database, caller: Caller) {
  const originals = new WeakMap<object, D1PreparedStatement>();
  const wrap = (statement: D1PreparedStatement): object => {
    const wrapped = {
      bind: (...values: unknown[]) => wrap(statement.bind(...values)),
      run: () => call(caller, "d1", () => statement.run()),
      all: () => call(caller, "d1", () => statement.all()),
      raw: () => call(caller, "d1", () => statement.raw()),
      first: (column?: string) =>
        call(caller, "d1", () => (column === undefined ? statement.first() : statement.first(column))),
    };
    originals.set(wrapped, statement);
    return wrapped;
  };
  return {
    prepare: (sql: string) => wrap(db.prepare(sql)),
    batch: (statements: object[]) =>
      call(caller, "d1", () => db.batch(statements.flatMap((statement) => originals.get(statement) ?? []))),
  };
}

function faultyBucket(bucket: R2Bucket, caller: Caller) {
  return {
    get: (key: string, options?: R2GetOptions) => call(caller, "r2", () => bucket.get(key, options)),
    head: (key: string) => call(caller, "r2", () => bucket.head(key)),
    put: (key: string, value: Blob, options?: R2PutOptions) =>
      call(caller, "r2", () => bucket.put(key, value, options)),
    delete: (keys: string | string[]) => call(caller, "r2", () => bucket.delete(keys)),
    list: (options?: R2ListOptions) => call(caller, "r2", () => bucket.list(options)),
  };
}

function faultyQueue(queue: Queue, caller: Caller) {
  return {
    sendBatch: (messages: MessageSendRequest[]) =>
      call(caller, "queue", async () => {
        const sent = mishandle(messages);
        // No more than the queue takes at once, which those that go twice would otherwise exceed.
        for (let at = 0; at < sent.length; at += 100) await queue.sendBatch(sent.slice(at, at + 100));
      }),
    async metrics() {
      const metrics = await call(caller, "queue", () => queue.metrics());
      const oldest = metrics.oldestMessageTimestamp;
      return { ...metrics, ...(oldest && { oldestMessageTimestamp: new Date(toFast(oldest.getTime())) }) };
    },
  };
}

/** Some get lost, some go twice, some late. */
function mishandle(messages: MessageSendRequest[]): MessageSendRequest[] {
  return messages.flatMap((message) => {
    const drawn = draw("message");
    if (drawn === null) return [message];
    const { random } = drawn;
    const { lost, twice, late } = drawn.weather.message;
    if (random.chance(lost)) {
      note("message lost");
      return [];
    }
    if (random.chance(twice)) {
      note("message twice");
      return [message, message];
    }
    if (random.chance(late)) {
      note("message late");
      return [{ ...message, delaySeconds: random.integer(1, 3) }];
    }
    return [message];
  });
}

function faultyMail(service: SendEmail, caller: Caller) {
  return {
    send: (mail: EmailMessageBuilder) =>
      call(caller, "mail", async () => {
        const sent = await service.send(mail);
        const delivery = mail.headers?.["X-Halftone-Delivery"] ?? "";
        acceptedMails.set(delivery, (acceptedMails.get(delivery) ?? 0) + 1);
        return sent;
      }),
  };
}

/** How often the service took the mail of a delivery. */
export const acceptedMails = new Map<string, number>();

function faultyCoordinators(namespace: Env["COORDINATOR"], caller: Caller) {
  return {
    getByName(name: string) {
      knownJobs.add(name);
      return new Proxy(
        {},
        {
          get(_, method) {
            const stub = namespace.getByName(name);
            if (method === "fetch") return stub.fetch.bind(stub);
            return (...given: unknown[]) =>
              call(caller, "coordinator", async (): Promise<unknown> =>
                Reflect.apply(Reflect.get(stub, method), stub, given),
              );
          },
        },
      );
    },
  };
}

/** Whoever was ever called, for the look into every coordinator at the end. */
export const knownJobs = new Set<string>();
