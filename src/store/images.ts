// The `images` table: one row per distinct source URL of a job. Rows go in and outcomes are recorded many to a
// statement through `json_each`, which binds one parameter where a list of values would bind thousands.
import { codeOf } from "../errors.ts";
import type { ImageFailure, Outcome } from "../errors.ts";
import { countStatement } from "./counters.ts";
import type { JobOptions, JobState } from "./schema.ts";
import type { ImageMessage } from "./messages.ts";
import { deleteSourcesUpTo, selectKnown, toSourceState, upsertSources } from "./sources.ts";
import type { SourceRow, SourceState } from "./sources.ts";

/** D1 takes at most 2 MB in one parameter. */
const maxParameterCharacters = 900_000;

export interface SourceImage {
  position: number;
  url: string;
  uses: number;
}

/** What is told of an image, its source and what is stored of it, as far as it is known. */
interface ImageFacts {
  failure: ImageFailure | null;
  /** Of the stored object; null when nothing is stored. */
  extension: string | null;
  /** Of the source, as sniffed. */
  format: string | null;
  width: number | null;
  height: number | null;
  /** Of the stored object. */
  outputWidth: number | null;
  outputHeight: number | null;
  bytesIn: number | null;
  bytesOut: number | null;
}

/** What became of one image. */
export interface ImageOutcome extends ImageFacts {
  jobId: string;
  position: number;
  outcome: Outcome;
  attempts: number;
  /** Set where the output was made for an earlier job. */
  reused?: boolean;
  /** What it was made from, where a later job may take it over. */
  madeFrom?: SourceState;
}

/** An outcome as it stands in the record, which is the first that was written. */
export interface RecordedOutcome extends ImageOutcome {
  url: string;
  uses: number;
  reused: boolean;
}

export interface ImageRecord extends SourceImage, ImageFacts {
  outcome: Outcome | null;
  attempts: number | null;
  reused: boolean;
}

/** What an earlier job of the same owner has of the same URL, made with the same options. */
export interface KnownImage {
  image: RecordedOutcome;
  source: SourceState;
}

/** A message's image with what its job says about it. */
export interface Work {
  jobId: string;
  position: number;
  url: string;
  jobState: JobState;
  /** Where the API was called; what our User-Agent names. */
  origin: string;
  options: JobOptions;
  /** Downloads that failed for the moment. */
  tries: number;
  /** Set when an earlier delivery of the same message got this far. */
  recorded: RecordedOutcome | null;
  known: KnownImage | null;
}

export async function insertImages(db: D1Database, jobId: string, sources: readonly SourceImage[]): Promise<void> {
  const statement = db.prepare(
    `insert into images (job_id, position, url, uses)
     select ?1, value ->> '$[0]', value ->> '$[1]', value ->> '$[2]' from json_each(?2)`,
  );
  for (const parameter of chunkedJson(sources, (image) => [image.position, image.url, image.uses])) {
    await statement.bind(jobId, parameter).run();
  }
}

/**
 * One call for a whole batch of messages. Images of jobs that are gone are missing from the answer.
 * @param codecsVersion of outputs that may be handed out again; null where none may.
 */
export async function loadWork(
  db: D1Database,
  messages: readonly ImageMessage[],
  codecsVersion: number | null,
): Promise<Work[]> {
  const wanted = JSON.stringify(messages.map((message) => [message.job, message.position]));
  const works = db
    .prepare(
      `select images.*, jobs.state as job_state, jobs.options as job_options, jobs.origin as job_origin
       from json_each(?1) as message
       cross join images on images.job_id = message.value ->> '$[0]' and images.position = message.value ->> '$[1]'
       cross join jobs on jobs.id = images.job_id`,
    )
    .bind(wanted);
  const known = codecsVersion === null ? [] : [selectKnown(db, wanted, codecsVersion)];
  const [loaded, former] = await db.batch<WorkRow & KnownRow>([works, ...known]);
  const knownImages = new Map(former?.results.map((row) => [`${row.for_job} ${row.for_position}`, toKnownImage(row)]));
  return (loaded?.results ?? []).map((row) => ({
    jobId: row.job_id,
    position: row.position,
    url: row.url,
    jobState: row.job_state,
    origin: row.job_origin,
    options: JSON.parse(row.job_options),
    tries: row.attempts ?? 0,
    recorded: toRecordedOutcome(row),
    known: knownImages.get(`${row.job_id} ${row.position}`) ?? null,
  }));
}

/** Of a row of images: nobody was faster, and its job still runs. */
const isToBeWritten = `images.outcome is null
  and exists (select 1 from jobs where jobs.id = images.job_id and jobs.state in ('queued', 'processing'))`;

/**
 * Writes and counts outcomes that are not yet written and answers what the record now says of each, so that two deliveries of one
 * message agree on one outcome. Images of cancelled or deleted jobs are not written and missing from the answer.
 */
export async function recordOutcomes(db: D1Database, outcomes: readonly ImageOutcome[]): Promise<RecordedOutcome[]> {
  if (outcomes.length === 0) return [];
  // One outcome an image, or the count would not be the update's.
  const distinct = new Map(outcomes.map((o) => [`${o.jobId} ${o.position}`, o]));
  const parameter = JSON.stringify(
    Array.from(distinct.values(), (o) => [
      o.jobId,
      o.position,
      o.outcome,
      o.failure === null ? null : JSON.stringify(o.failure),
      o.extension,
      o.format,
      o.width,
      o.height,
      o.bytesIn,
      o.bytesOut,
      o.attempts,
      o.outputWidth,
      o.outputHeight,
      o.failure === null ? o.outcome : `${o.outcome} ${codeOf(o.failure)}`,
      o.reused ?? false,
    ]),
  );
  const made = outcomes.flatMap((o) => (o.madeFrom ? { ...o, source: o.madeFrom } : []));
  const results = await db.batch<ImageRow>([
    ...(made.length > 0 ? [upsertSources(db, made)] : []),
    countStatement(
      db,
      `select 'image', o.value ->> '$[13]', count(*),
         sum(coalesce(o.value ->> '$[8]', 0)), sum(coalesce(o.value ->> '$[9]', 0))
       from json_each(?1) as o
       cross join images on images.job_id = o.value ->> '$[0]' and images.position = o.value ->> '$[1]'
       where ${isToBeWritten}
       group by 2`,
      parameter,
    ),
    db
      .prepare(
        `update images set
           outcome = o.value ->> '$[2]', failure = o.value ->> '$[3]', extension = o.value ->> '$[4]',
           format = o.value ->> '$[5]', width = o.value ->> '$[6]', height = o.value ->> '$[7]',
           bytes_in = o.value ->> '$[8]', bytes_out = o.value ->> '$[9]', attempts = o.value ->> '$[10]',
           output_width = o.value ->> '$[11]', output_height = o.value ->> '$[12]', reused = o.value ->> '$[14]'
         from json_each(?1) as o
         where images.job_id = o.value ->> '$[0]' and images.position = o.value ->> '$[1]' and ${isToBeWritten}`,
      )
      .bind(parameter),
    db
      .prepare(
        `select images.* from json_each(?1) as o
         cross join images on images.job_id = o.value ->> '$[0]' and images.position = o.value ->> '$[1]'
         where images.outcome is not null`,
      )
      .bind(parameter),
  ]);
  return (results.at(-1)?.results ?? []).flatMap((row) => toRecordedOutcome(row) ?? []);
}

/** Counts one more download that failed for the moment, of each of these images. */
export async function countTries(db: D1Database, tried: readonly Pick<Work, "jobId" | "position">[]): Promise<void> {
  if (tried.length === 0) return;
  await db
    .prepare(
      `update images set attempts = coalesce(images.attempts, 0) + 1 from json_each(?1) as tried
       where images.job_id = tried.value ->> '$[0]' and images.position = tried.value ->> '$[1]'
         and images.outcome is null`,
    )
    .bind(JSON.stringify(tried.map(({ jobId, position }) => [jobId, position])))
    .run();
}

/** One page of a job's images in the order of their positions. */
export async function listImages(
  db: D1Database,
  jobId: string,
  page: { after: number; limit: number; outcome?: Outcome | undefined },
): Promise<ImageRecord[]> {
  const { results } = await db
    .prepare(
      `select * from images where job_id = ?1 and position > ?2 and (?3 is null or outcome = ?3)
       order by position limit ?4`,
    )
    .bind(jobId, page.after, page.outcome ?? null, page.limit)
    .all<ImageRow>();
  return results.map(toImageRecord);
}

/** Some of a job's images, in no order; a position that the job does not have is missing from the answer. */
export async function findImages(db: D1Database, jobId: string, positions: readonly number[]): Promise<ImageRecord[]> {
  if (positions.length === 0) return [];
  const { results } = await db
    .prepare(
      `select images.* from json_each(?2) as wanted
       cross join images on images.job_id = ?1 and images.position = wanted.value`,
    )
    .bind(jobId, JSON.stringify(positions))
    .all<ImageRow>();
  return results.map(toImageRecord);
}

export interface FailureCount {
  /** One of them; the others differ in their data and not in their code. */
  failure: ImageFailure;
  /** How many URLs of the CSV it concerns. */
  uses: number;
}

/** Why a job's images failed, the most frequent reason first. */
export async function countFailures(db: D1Database, jobId: string): Promise<FailureCount[]> {
  const { results } = await db
    .prepare(
      `select min(failure) as failure, sum(uses) as uses from images
       where job_id = ?1 and outcome = 'failed' and failure is not null
       group by failure ->> '$.kind', failure ->> '$.status'
       order by sum(uses) desc, failure limit 20`,
    )
    .bind(jobId)
    .all<{ failure: string; uses: number }>();
  return results.map(({ failure, uses }) => ({ failure: JSON.parse(failure), uses }));
}

/** Makes the failed images of a job wait again. Answers nothing: the record says which wait. */
export async function resetFailedImages(db: D1Database, jobId: string): Promise<void> {
  await db
    .prepare(
      `update images set outcome = null, failure = null, extension = null, format = null, width = null, height = null,
         output_width = null, output_height = null, bytes_in = null, bytes_out = null, attempts = null, reused = null
       where job_id = ?1 and outcome = 'failed'`,
    )
    .bind(jobId)
    .run();
}

/** Ids of jobs that have image rows, in order; whether such a job exists is another question. One seek an id, not a scan. */
export async function listImageJobs(db: D1Database, page: { after: string; limit: number }): Promise<string[]> {
  const { results } = await db
    .prepare(
      `with recursive found(id) as (
         select min(job_id) from images where job_id > ?1
         union all
         select (select min(job_id) from images where job_id > found.id) from found where found.id is not null
       )
       select id from found where id is not null limit ?2`,
    )
    .bind(page.after, page.limit)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}

/** Deletes up to `limit` of a job's images with what points to them; true when there are no more. */
export async function deleteSomeImages(db: D1Database, jobId: string, limit: number): Promise<boolean> {
  const first = await db
    .prepare(`select min(position) as position from images where job_id = ?1`)
    .bind(jobId)
    .first<number | null>("position");
  if (first === null) return true;
  const last = first + limit - 1;
  await db.batch([
    deleteSourcesUpTo(db, jobId, last),
    db.prepare(`delete from images where job_id = ?1 and position <= ?2`).bind(jobId, last),
  ]);
  return false;
}

interface ImageRow {
  job_id: string;
  position: number;
  url: string;
  uses: number;
  outcome: Outcome | null;
  failure: string | null;
  extension: string | null;
  format: string | null;
  width: number | null;
  height: number | null;
  output_width: number | null;
  output_height: number | null;
  bytes_in: number | null;
  bytes_out: number | null;
  attempts: number | null;
  reused: number | null;
}

type WorkRow = ImageRow & { job_state: JobState; job_options: string; job_origin: string };
type KnownRow = ImageRow & SourceRow & { for_job: string; for_position: number };

function toImageRecord(row: ImageRow): ImageRecord {
  return {
    position: row.position,
    url: row.url,
    uses: row.uses,
    outcome: row.outcome,
    failure: row.failure === null ? null : JSON.parse(row.failure),
    extension: row.extension,
    format: row.format,
    width: row.width,
    height: row.height,
    outputWidth: row.output_width,
    outputHeight: row.output_height,
    bytesIn: row.bytes_in,
    bytesOut: row.bytes_out,
    attempts: row.attempts,
    reused: row.reused === 1,
  };
}

function toRecordedOutcome(row: ImageRow): RecordedOutcome | null {
  const { outcome, attempts, ...rest } = toImageRecord(row);
  return outcome === null ? null : { jobId: row.job_id, outcome, attempts: attempts ?? 1, ...rest };
}

function toKnownImage(row: KnownRow): KnownImage | null {
  const image = toRecordedOutcome(row);
  return image && { image, source: toSourceState(row) };
}

function* chunkedJson<Item>(items: readonly Item[], toValues: (item: Item) => unknown): Generator<string> {
  let chunk: string[] = [];
  let characters = 0;
  for (const item of items) {
    const json = JSON.stringify(toValues(item));
    if (characters + json.length > maxParameterCharacters && chunk.length > 0) {
      yield `[${chunk.join()}]`;
      chunk = [];
      characters = 0;
    }
    chunk.push(json);
    characters += json.length + 1;
  }
  if (chunk.length > 0) yield `[${chunk.join()}]`;
}
