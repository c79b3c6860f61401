// Every test file begins with an empty, migrated database, and ends with coordinators at rest: a runtime that is taken
// down while an alarm runs never ends.
import { applyD1Migrations, listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll } from "vitest";

await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);

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
