// Conditional requests (RFC 9110, section 13): asks a server for an image only if it is not the one it handed out before.
// Pure. Whatever a server says here, it says about its own URL.

/** What a server said of an image when it handed it out, by which it knows it again. One of the two is there. */
export interface Validators {
  /** Where the redirects ended. They mean nothing elsewhere: another URL may have an older image under the same date. */
  url: string;
  etag: string | null;
  lastModified: string | null;
}

/** Longer ones exist, but would only fill the record. */
const plausibleEtag = /^[\x21-\x7e]{1,256}$/;
/** A date that is younger may stand for two images, as it has no parts of a second (RFC 9110, section 8.8.2.2). */
const settledAfterMs = 60_000;

/** @param now in ms. Null where the server said nothing that could be used. */
export function validatorsOf(
  answer: { finalUrl: string; etag: string | null; lastModified: string | null },
  source: string,
  now: number,
): Validators | null {
  // A redirect to a URL with a query mostly leads to one that is signed, differs every time and is nobody's business.
  if (answer.finalUrl !== URL.parse(source)?.href && answer.finalUrl.includes("?")) return null;
  const etag = plausibleEtag.test(answer.etag ?? "") ? answer.etag : null;
  const changedAt = Date.parse(answer.lastModified ?? "");
  const lastModified = changedAt <= now - settledAfterMs ? new Date(changedAt).toUTCString() : null;
  return etag === null && lastModified === null ? null : { url: answer.finalUrl, etag, lastModified };
}

/** The headers that make a request to this URL conditional; none where nothing is known of it. */
export function conditionsFor(url: URL, known: Validators | null): Record<string, string> {
  if (known === null || known.url !== url.href) return {};
  // Not both: a server that understands the date alone would ignore that the tag is another.
  if (known.etag !== null) return { "if-none-match": known.etag };
  return known.lastModified === null ? {} : { "if-modified-since": known.lastModified };
}

/** Whether a 304 speaks of the image that was asked about; some name another one in the same breath. */
export function confirms(known: Validators, answeredEtag: string | null): boolean {
  if (known.etag === null || answeredEtag === null) return true;
  return opaque(known.etag) === opaque(answeredEtag);
}

function opaque(etag: string): string {
  return etag.replace(/^W\//i, "");
}
