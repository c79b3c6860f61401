// Runs the engine inside workerd as often as asked, so that its CPU time can be read from outside: the clocks inside stand
// still while code runs.
import { createJpegEngine } from "../../../src/codecs/jpeg-engine/engine.ts";
import wasm from "../../../src/codecs/jpeg-engine/jpeg-engine.wasm";

const engine = createJpegEngine(wasm);

export default {
  async fetch(request: Request): Promise<Response> {
    const source = new Uint8Array(await request.arrayBuffer());
    const times = Number(new URL(request.url).searchParams.get("times"));
    let bytes = 0;
    for (let i = 0; i < times; i++) {
      const result = engine.recompressJpeg(source, { quality: 50 });
      if (result.kind !== "compressed") return Response.json({ failure: result });
      bytes = result.bytes.length;
    }
    return Response.json({ bytes });
  },
};
