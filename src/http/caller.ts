// Who calls, as far as it decides what is shown.

import type { JobRecord } from "../store/jobs.ts";

export type Caller =
  /** No key is asked for: everybody sees everything. */
  { kind: "anyone" } | { kind: "key"; id: string };

/** What a new job remembers of its maker. */
export function ownerOf(caller: Caller): string | null {
  return caller.kind === "key" ? caller.id : null;
}

export function maySee(caller: Caller, job: Pick<JobRecord, "owner">): boolean {
  return caller.kind === "anyone" || job.owner === caller.id;
}
