// Pure. What a server says of a picture so that it need not be sent again, and whether a request asks for just that one.
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";

/** The headers that go along with a picture, at first and once it has changed. */
export type Validating = (hasChanged: boolean) => OutgoingHttpHeaders;

export const tagged: Validating = (hasChanged) => ({ etag: hasChanged ? '"later"' : '"first"' });
export const weaklyTagged: Validating = (hasChanged) => ({ etag: hasChanged ? 'W/"later"' : 'W/"first"' });
export const dated: Validating = (hasChanged) => ({
  "last-modified": new Date(Date.UTC(2026, hasChanged ? 1 : 0, 1)).toUTCString(),
});

/** RFC 9110, 13.2.2: where a tag is asked for, the date does not count. */
export function isUnchanged(asked: IncomingHttpHeaders, said: OutgoingHttpHeaders): boolean {
  const { "if-none-match": tag, "if-modified-since": since } = asked;
  if (tag !== undefined) return tag === said["etag"];
  const changedAt = Date.parse(String(said["last-modified"]));
  return since !== undefined && changedAt <= Date.parse(since);
}
