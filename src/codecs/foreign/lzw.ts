// Pure. LZW as GIF has it: codes of growing length, the lowest bit first (GIF89a, appendix F).

export type LzwEnd = "done" | "data_ran_out" | "impossible_code";

const mostCodes = 4096;

/**
 * Decodes `wanted` values; what comes behind them is nobody's business. `take` gets some at a time, valid until it
 * returns; its false ends the decoding.
 */
export function decodeLzw(
  pieces: readonly Uint8Array[],
  codeBits: number,
  wanted: number,
  take: (values: Uint8Array) => boolean,
): LzwEnd {
  const clear = 1 << codeBits;
  const end = clear + 1;
  // A string is the string of its prefix and one value more; the first 2^codeBits are those values.
  const prefixes = new Uint16Array(mostCodes);
  const lasts = new Uint8Array(mostCodes);
  const lengths = new Uint16Array(mostCodes);
  for (let code = 0; code < clear; code++) {
    lasts[code] = code;
    lengths[code] = 1;
  }
  const output = new Uint8Array(2 * mostCodes);
  let filled = 0;
  let left = wanted;
  let next = end + 1;
  let bits = codeBits + 1;
  let previous = -1;
  let held = 0;
  let heldBits = 0;
  for (const piece of pieces) {
    for (const byte of piece) {
      held |= byte << heldBits;
      heldBits += 8;
      while (heldBits >= bits) {
        const code = held & ((1 << bits) - 1);
        held >>>= bits;
        heldBits -= bits;
        if (code === clear) {
          next = end + 1;
          bits = codeBits + 1;
          previous = -1;
          continue;
        }
        if (code === end) return "data_ran_out";
        // The string that is only now being made is allowed: the previous one and its own first value again.
        const isNew = code === next && previous >= 0 && next < mostCodes;
        if (code >= next && !isNew) return "impossible_code";
        const known = isNew ? previous : code;
        const length = (lengths[known] ?? 0) + (isNew ? 1 : 0);
        let at = filled + length;
        filled = at;
        if (isNew) at--;
        let part = known;
        for (; part >= clear; part = prefixes[part] ?? 0) output[--at] = lasts[part] ?? 0;
        output[--at] = part;
        if (isNew) output[filled - 1] = part;
        if (previous >= 0 && next < mostCodes) {
          prefixes[next] = previous;
          lasts[next] = part;
          lengths[next] = (lengths[previous] ?? 0) + 1;
          next++;
          if (next === 1 << bits && bits < 12) bits++;
        }
        previous = code;
        if (filled < mostCodes && filled < left) continue;
        const some = Math.min(filled, left);
        left -= some;
        if (!take(output.subarray(0, some)) || left === 0) return "done";
        filled = 0;
      }
    }
  }
  return "data_ran_out";
}
