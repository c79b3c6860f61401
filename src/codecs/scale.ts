// Scaling through the engine in scale-engine/.

import compiled from "./scale-engine/scale-engine.wasm";
import { createScaleEngine } from "./scale-engine/engine.ts";

/** One for the isolate. */
export const scaleEngine = createScaleEngine(compiled);
