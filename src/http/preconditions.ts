// Conditional requests (RFC 9110, 13) for what has both validators and never changes. Pure. What cannot be read is taken
// as the RFC says and never as a fault: R2's own reading of these fields throws at a tag without quotes.

export interface Validators {
  /** Strong, in its quotes. */
  etag: string;
  lastModified: Date;
}

/** In the order of 13.2.2. */
export function evaluatePreconditions(asked: Headers, { etag, lastModified }: Validators) {
  const modified = wholeSeconds(lastModified);
  const match = asked.get("if-match");
  const unmodifiedSince = readDate(asked.get("if-unmodified-since"));
  if (match !== null ? !names(match, etag, "strong") : unmodifiedSince !== null && modified > unmodifiedSince) {
    return "failed";
  }
  const noneMatch = asked.get("if-none-match");
  const modifiedSince = readDate(asked.get("if-modified-since"));
  if (noneMatch !== null ? names(noneMatch, etag, "weak") : modifiedSince !== null && modified <= modifiedSince) {
    return "not_modified";
  }
  return "met";
}

/** Whether `If-Range`, where there is one, lets `Range` hold (13.1.5): both compare strongly. */
export function rangeHolds(asked: Headers, { etag, lastModified }: Validators): boolean {
  const condition = asked.get("if-range");
  if (condition === null) return true;
  return condition.trim() === etag || readDate(condition) === wholeSeconds(lastModified);
}

/** A weak tag is never equal to anything when compared strongly. */
function names(list: string, etag: string, comparison: "strong" | "weak"): boolean {
  if (list.trim() === "*") return true;
  for (const [, weak, tag] of list.matchAll(/(W\/)?("[^"]*")/g)) {
    if (tag === etag && (weak === undefined || comparison === "weak")) return true;
  }
  return false;
}

/** Unix time in seconds; null for what is no HTTP date. `Date.parse` alone would take "1" for the year 2001. */
function readDate(text: string | null): number | null {
  const ms = text?.trim().endsWith(" GMT") === true ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? null : Math.floor(ms / 1000);
}

/** HTTP dates know no parts of a second. */
function wholeSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
