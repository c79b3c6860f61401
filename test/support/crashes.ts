// Crashes on command. Whatever a coordinator does to the world outside goes through here and is counted; at a chosen point
// the object dies, before the act or after it, with all that it had not saved. The next one is given the same bindings, so
// that everything that is ever done is counted.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { envWith } from "./coordinators.ts";
import type { Coordinator } from "../../src/job/coordinator.ts";

export interface World {
  /** What was done, in order: `DB.run`, `FILE_BUCKET.put output/...`, `EMAIL.send`, `fetch`. */
  acts: string[];
  mails: EmailMessageBuilder[];
}

/** Where the object dies: at the act of this number, counted from 0. Null for never. */
export interface Crash {
  at: number;
  when: "before" | "after";
}

/** Gives a coordinator bindings that count, and that kill it once. */
export async function surround(stub: DurableObjectStub<Coordinator>, world: World, crash: Crash | null): Promise<void> {
  await runInDurableObject(stub, (instance, state) => {
    const act = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
      const isLast = world.acts.length === crash?.at;
      world.acts.push(name);
      if (isLast && crash?.when === "before") state.abort("crashed on command");
      const result = await work();
      if (isLast && crash?.when === "after") state.abort("crashed on command");
      return result;
    };
    Reflect.set(instance, "env", envWith({ ...observedBindings(world, act) }));
    vi.mocked(fetch).mockImplementation((input, init) => {
      const isHook = input instanceof URL && input.pathname === "/hook";
      return isHook ? act("fetch", () => realFetch(input, init)) : realFetch(input, init);
    });
  });
}

/** The coordinators of the tests live in the isolate of the tests, and so call the `fetch` that these see. */
const realFetch = globalThis.fetch;
vi.spyOn(globalThis, "fetch").mockImplementation(realFetch);

type Act = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

function observedBindings(world: World, act: Act) {
  return {
    EMAIL: {
      send: (mail: EmailMessageBuilder) =>
        act("EMAIL.send", async () => {
          world.mails.push(mail);
          return env.EMAIL.send(mail);
        }),
    },
    FILE_BUCKET: {
      get: (key: string) => act(`FILE_BUCKET.get ${key.split("/")[0]}`, () => env.FILE_BUCKET.get(key)),
      put: (key: string, value: Blob, options: R2PutOptions) =>
        act(`FILE_BUCKET.put ${key.split("/")[0]}`, () => env.FILE_BUCKET.put(key, value, options)),
    },
    DB: {
      prepare: (sql: string) => observedStatement(env.DB.prepare(sql), sql.trim().split(/\s+/)[0] ?? "", act),
      batch: (statements: object[]) =>
        act("DB batch", () => env.DB.batch(statements.flatMap((observed) => realStatements.get(observed) ?? []))),
    },
  };
}

const realStatements = new WeakMap<object, D1PreparedStatement>();

function observedStatement(statement: D1PreparedStatement, verb: string, act: Act): object {
  const observed = {
    bind: (...values: unknown[]) => observedStatement(statement.bind(...values), verb, act),
    run: () => act(`DB ${verb}`, () => statement.run()),
    all: () => act(`DB ${verb}`, () => statement.all()),
    raw: () => act(`DB ${verb}`, () => statement.raw()),
    first: () => act(`DB ${verb}`, () => statement.first()),
  };
  realStatements.set(observed, statement);
  return observed;
}
