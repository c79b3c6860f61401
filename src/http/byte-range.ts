// `Range` (RFC 9110, 14.2), for one range of bytes. Pure. Several at once, other units and what cannot be read are ignored,
// as the RFC allows: the whole is sent.

export interface ByteRange {
  offset: number;
  /** At least 1. */
  length: number;
}

/** Null where the whole is to be sent. */
export function readRange(header: string | null, size: number): ByteRange | "unsatisfiable" | null {
  const parts = /^bytes=(\d*)-(\d*)$/i.exec(header?.trim() ?? "");
  if (parts === null) return null;
  const [, first = "", last = ""] = parts;
  if (first === "" && last === "") return null;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { offset: size - length, length };
  }
  const offset = Number(first);
  if (last !== "" && Number(last) < offset) return null;
  if (offset >= size) return "unsatisfiable";
  const end = last === "" ? size : Math.min(Number(last) + 1, size);
  return { offset, length: end - offset };
}
