// `Idempotency-Key`: a request that is sent again, because its answer never came, makes no second job. As with Stripe, a
// request that is refused (4xx) is forgotten and may be put right under the same key; one that was accepted gets the
// answer it got then; one that broke off (5xx) is looked after by the next attempt.

import { Problem } from "../errors.ts";
import { logFailure } from "../job/log.ts";
import type { JobSummary } from "../job/summary.ts";
import { findJob } from "../store/jobs.ts";
import type { JobRecord } from "../store/jobs.ts";
import { abandonKey, claimKey, keepAnswer, releaseKey, takeKeyOver } from "../store/idempotency.ts";
import type { Claim } from "../store/idempotency.ts";
import type { UploadedCatalogue } from "./upload.ts";

export interface Submitted {
  jobId: string;
  /** The body of the answer, as it was the first time. */
  body: JobSummary;
  replayed: boolean;
}

/** How a job is made and told of. */
export interface Making {
  make: (jobId: string) => Promise<JobRecord>;
  summarize: (job: JobRecord) => Promise<JobSummary>;
}

const visibleAscii = /^[\x21-\x7e]{1,255}$/;

/** @throws Problem 400 */
export function readIdempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  if (!visibleAscii.test(header)) {
    throw new Problem({
      status: 400,
      code: "invalid_idempotency_key",
      detail: "`Idempotency-Key` must be 1 to 255 visible ASCII characters, without spaces. A UUID does well.",
    });
  }
  return header;
}

/**
 * Makes the job, unless the same request did so before.
 * @param key null makes it in any case.
 * @throws Problem 409 while the first request is under way, 422 when the key stands for another request.
 */
export async function submitOnce(
  db: D1Database,
  owner: string | null,
  key: string | null,
  fingerprint: () => Promise<string>,
  making: Making,
): Promise<Submitted> {
  const jobId = crypto.randomUUID();
  if (key === null) return { jobId, body: await making.summarize(await making.make(jobId)), replayed: false };

  const claim: Claim = { owner: owner ?? "open", key, fingerprint: await fingerprint(), jobId };
  const claimed = await claimKey(db, claim, Date.now());
  switch (claimed.kind) {
    case "claimed":
      return makeUnder(db, claim, making);
    case "answered":
      return { jobId: claimed.jobId, body: JSON.parse(claimed.answer), replayed: true };
    case "under_way":
      throw inFlight();
    case "other_request":
      throw new Problem({
        status: 422,
        code: "idempotency_key_reused",
        detail: "This `Idempotency-Key` came with another request before. Take a new key for a new request.",
      });
    case "dead": {
      const made = await findJob(db, claimed.jobId);
      if (made !== null) {
        const body = await making.summarize(made);
        await keepAnswer(db, { ...claim, jobId: made.id }, JSON.stringify(body));
        return { jobId: made.id, body, replayed: true };
      }
      if (!(await takeKeyOver(db, claim, claimed.jobId, Date.now()))) throw inFlight();
      return makeUnder(db, claim, making);
    }
  }
}

async function makeUnder(db: D1Database, claim: Claim, { make, summarize }: Making): Promise<Submitted> {
  const { jobId } = claim;
  let body: JobSummary;
  try {
    body = await summarize(await make(jobId));
  } catch (error) {
    // Refused: as if it had never come. Broken off: dead, though its job may be made. Should even this fail, the claim
    // runs out by itself.
    const settle = error instanceof Problem ? releaseKey : abandonKey;
    await settle(db, claim).catch((cause: unknown) => logFailure("claim_not_settled", cause, { job: jobId }));
    throw error;
  }
  // The job is made: its caller is told so, kept or not. A repetition will find it by its id once the claim is dead.
  await keepAnswer(db, claim, JSON.stringify(body)).catch((cause: unknown) =>
    logFailure("answer_not_kept", cause, { job: jobId }),
  );
  return { jobId, body, replayed: false };
}

function inFlight(): Problem {
  return new Problem({
    status: 409,
    code: "idempotency_in_flight",
    detail: "The first request with this `Idempotency-Key` is still under way. Send this one again in a moment.",
    headers: { "retry-after": "1" },
  });
}

/**
 * SHA-256 in hex of what a request says: its path, its options, its CSV. Not of its bytes, as a form has another boundary
 * each time it is sent.
 */
export async function fingerprintOf(path: string, upload: UploadedCatalogue): Promise<string> {
  const fields = [...upload.fields].sort(([a], [b]) => (a < b ? -1 : 1));
  const head = new TextEncoder().encode(`${JSON.stringify([path, fields])}\n`);
  const said = await new Blob([head, upload.csv]).arrayBuffer();
  return new Uint8Array(await crypto.subtle.digest("SHA-256", said)).toHex();
}
