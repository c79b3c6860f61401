// What an exported step answers. The TypeScript side has the same list in wasm-exports.ts.

export const OK: i32 = 0;
/** The entropy-coded data of the scan end before its last block. */
export const DATA_RAN_OUT: i32 = 1;
/** A restart interval holds fewer bits than its blocks need, and more intervals follow. */
export const INTERVAL_TOO_SHORT: i32 = 2;
/** Bits that are no code of the table. */
export const NO_SUCH_CODE: i32 = 3;
/** A run of zeros leads past the block or the band of the scan. */
export const RUN_TOO_LONG: i32 = 4;
/** A code that T.81 does not allow in this kind of scan. */
export const FORBIDDEN_SYMBOL: i32 = 5;
/** The memory cap is reached. */
export const OUT_OF_MEMORY: i32 = 6;
/** The code lengths of a DHT do not form a prefix code. */
export const NOT_A_PREFIX_CODE: i32 = 7;
