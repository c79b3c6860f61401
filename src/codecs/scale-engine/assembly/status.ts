// What an exported step answers. The TypeScript side has the same list in wasm-exports.ts.

export const OK: i32 = 0;
/** The memory cap is reached. */
export const OUT_OF_MEMORY: i32 = 1;
