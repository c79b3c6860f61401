// What an exported step answers. The TypeScript side has the same list in wasm-exports.ts.

export const OK: i32 = 0;
/** Fill the input and call again. */
export const NEEDS_INPUT: i32 = 1;
/** The strip, or the batch of rows, is full: take it and call again. */
export const STRIP_FULL: i32 = 2;
/** The zlib stream ends before the last row. */
export const DATA_RAN_OUT: i32 = 3;
/** No zlib header of RFC 1950 that PNG allows. */
export const BAD_ZLIB_HEADER: i32 = 4;
/** A block type, length or code that RFC 1951 does not know. */
export const BAD_DEFLATE: i32 = 5;
/** More pixels than the header says. */
export const TOO_MUCH_DATA: i32 = 6;
/** The Adler-32 of the stream is another. */
export const BAD_CHECKSUM: i32 = 7;
/** A row filter above 4. */
export const BAD_FILTER: i32 = 8;
/** A pixel without palette entry. */
export const BAD_INDEX: i32 = 9;
/** The memory cap is reached. */
export const OUT_OF_MEMORY: i32 = 10;
