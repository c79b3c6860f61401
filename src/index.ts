// Worker entry: wiring only.

import { readConfig } from "./config.ts";
import { app } from "./http/app.ts";
import { consumeDeadLetters, consumeImages } from "./job/consume.ts";
import { underRequestId } from "./job/log.ts";
import { sweep } from "./job/sweep.ts";

export { Coordinator } from "./job/coordinator.ts";

export default {
  fetch: app.fetch,
  async queue(batch, env) {
    const consume = batch.queue === "images-dead" ? consumeDeadLetters : consumeImages;
    await underRequestId(crypto.randomUUID(), () => consume(batch, env));
  },
  async scheduled(controller, env) {
    await underRequestId(crypto.randomUUID(), () => sweep(env, readConfig(env), controller.scheduledTime));
  },
} satisfies ExportedHandler<Env>;
