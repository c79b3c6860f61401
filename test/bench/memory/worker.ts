// The product, with an eye on the memories of its codecs. `GET /wasm-peak` tells the most they were since it was last asked,
// `GET /collect-garbage` does what a workerd that has no limit of memory puts off.
import { takePeak, weigh } from "./wasm-memories.ts";
import product, { Coordinator } from "../../../src/index.ts";

export { Coordinator };

function collectGarbage(): void {
  const collect: unknown = Reflect.get(globalThis, "gc");
  if (typeof collect !== "function") throw new Error("V8 was not started with --expose-gc.");
  collect();
}

export default {
  fetch(request, env, context) {
    switch (new URL(request.url).pathname) {
      case "/wasm-peak":
        return Response.json(takePeak());
      case "/collect-garbage":
        collectGarbage();
        return new Response();
      default:
        return product.fetch(request, env, context);
    }
  },
  async queue(batch, env) {
    const { IMAGE_BUCKET: bucket } = env;
    const watched: Record<string, unknown> = {
      IMAGE_BUCKET: {
        // Whatever an engine took for this picture it still holds, or left a moment ago.
        put(key: string, bytes: Uint8Array, options: R2PutOptions) {
          weigh();
          return bucket.put(key, bytes, options);
        },
        get: (key: string) => bucket.get(key),
        list: (options: R2ListOptions) => bucket.list(options),
        delete: (keys: string[]) => bucket.delete(keys),
      },
    };
    await product.queue(batch, { ...env, ...watched });
  },
} satisfies ExportedHandler<Env>;
