// Worker entry: wiring only.

import { app } from "./http/app.ts";
import { consumeDeadLetters, consumeImages } from "./job/consume.ts";

export { Coordinator } from "./job/coordinator.ts";

export default {
  fetch: app.fetch,
  async queue(batch, env) {
    if (batch.queue === "images-dead") await consumeDeadLetters(batch, env);
    else await consumeImages(batch, env);
  },
} satisfies ExportedHandler<Env>;
