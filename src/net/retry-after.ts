// When a server says that it wants to be asked again. Pure.

const oneDaySeconds = 86_400;

/** Seconds from now, at most a day; null when the header is missing or makes no sense. RFC 9110, section 10.2.3. */
export function parseRetryAfter(header: string | null, nowMs: number): number | null {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Math.min(Number(text), oneDaySeconds);
  // Date.parse takes almost anything for a date ("-5", "2 apples"); an HTTP date begins with the day's name.
  if (!/^[A-Z][a-z]+,? /.test(text)) return null;
  const date = Date.parse(text);
  if (Number.isNaN(date)) return null;
  return Math.min(Math.max(0, Math.ceil((date - nowMs) / 1000)), oneDaySeconds);
}
