// Every test file begins with an empty, migrated database and a silent log, and ends with coordinators at rest: a runtime
// that is taken down while an alarm runs never ends.
import { applyD1Migrations, listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll } from "vitest";

await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);

// What is logged, a test looks at by a spy of its own. To read along, take these lines out.
console.log = ignore;
console.error = ignore;

afterAll(async () => {
  const ids = await listDurableObjectIds(env.COORDINATOR);
  await Promise.all(
    ids.map((id) =>
      runInDurableObject(env.COORDINATOR.get(id), (instance, state) => {
        Reflect.set(instance, "state", null);
        return state.storage.deleteAll();
      }),
    ),
  );
});

function ignore(): void {}
