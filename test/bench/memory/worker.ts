// The product, with an eye on the memories of its codecs. `GET /wasm-peak` tells the most they were since it was last asked.
import { takePeak, weigh } from "./wasm-memories.ts";
import product, { Coordinator } from "../../../src/index.ts";

export { Coordinator };

export default {
  fetch(request, env, context) {
    if (new URL(request.url).pathname !== "/wasm-peak") return product.fetch(request, env, context);
    return Response.json(takePeak());
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
