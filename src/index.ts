// Worker entry: wiring only.
import { DurableObject } from "cloudflare:workers";

export class Coordinator extends DurableObject<Env> {}

export default {
  fetch() {
    return new Response("Halftone");
  },
} satisfies ExportedHandler<Env>;
