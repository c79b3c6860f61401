// Worker entry: wiring only.

import { app } from "./http/app.ts";
import { consumeDeadLetters, consumeImages } from "./job/consume.ts";
import { underRequestId } from "./job/log.ts";

export { Coordinator } from "./job/coordinator.ts";

export default {
  fetch: app.fetch,
  async queue(batch, env) {
    const consume = batch.queue === "images-dead" ? consumeDeadLetters : consumeImages;
    await underRequestId(crypto.randomUUID(), () => consume(batch, env));
  },
} satisfies ExportedHandler<Env>;
