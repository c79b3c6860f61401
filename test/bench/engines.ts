// The engines side by side: JPEG bytes in, JPEG bytes out, one thread each.
import sharp from "sharp";
import { loadJpegEngine } from "../support/jpeg/load-engine.ts";
import { loadJsquash } from "../support/jpeg/load-jsquash.ts";

export type EngineName = "halftone" | "sharp" | "sharp mozjpeg" | "jSquash";

export interface Engine {
  name: EngineName;
  encode(source: Uint8Array, quality: number): Promise<Encoded>;
}

export interface Encoded {
  bytes: Uint8Array;
  /** The most wasm memory in use; null for native code. */
  wasmBytes: number | null;
  /** False when the engine handed the source back. */
  isReencoded: boolean;
}

export async function loadEngines(): Promise<Engine[]> {
  // One thread and no cache: what one image costs, not what a machine can do.
  sharp.concurrency(1);
  sharp.cache(false);
  const ours = loadJpegEngine();
  const jsquash = await loadJsquash();
  return [
    {
      name: "halftone",
      encode: (source, quality) => {
        const result = ours.recompressJpeg(source, { quality });
        if (result.kind === "compressed") {
          return Promise.resolve({ bytes: result.bytes, wasmBytes: result.peakBytes, isReencoded: true });
        }
        if (result.kind === "already_small") {
          return Promise.resolve({ bytes: source, wasmBytes: null, isReencoded: false });
        }
        throw new Error(`the engine refuses: ${JSON.stringify(result)}`);
      },
    },
    sharpEngine("sharp", false),
    sharpEngine("sharp mozjpeg", true),
    {
      name: "jSquash",
      encode: async (source, quality) => {
        const bytes = await jsquash.encode(await jsquash.decode(source), quality);
        return { bytes, wasmBytes: jsquash.memoryBytes(), isReencoded: true };
      },
    },
  ];
}

function sharpEngine(name: EngineName, mozjpeg: boolean): Engine {
  return {
    name,
    encode: async (source, quality) => {
      const bytes = await sharp(source, { limitInputPixels: false, ignoreIcc: true })
        .jpeg({ quality, mozjpeg })
        .toBuffer();
      return {
        bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length),
        wasmBytes: null,
        isReencoded: true,
      };
    },
  };
}
