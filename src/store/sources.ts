// The `sources` table: which image was last made from a URL for an owner, so that another job of the same owner need not
// make it again. A row stands only as long as its image does: both are written, and both are deleted, in one D1 batch.

/** What an image was made from, and by what. */
export interface SourceState {
  codecsVersion: number;
  /** SHA-256 in hex. */
  hash: string;
  validators: SourceValidators | null;
}

/** What its server said of it, and at which URL. */
export interface SourceValidators {
  url: string;
  etag: string | null;
  lastModified: string | null;
}

/** An image that was made from a source in that state. */
export interface MadeFrom {
  jobId: string;
  position: number;
  source: SourceState;
}

export interface SourceRow {
  settings: string;
  hash: string;
  final_url: string | null;
  etag: string | null;
  last_modified: string | null;
}

const owner = `ifnull(jobs.owner, 'open')`;
/** All options but those that leave the output alone, so that one to come is not forgotten. The version comes before it. */
const settings = `' ' || json_remove(jobs.options, '$.email', '$.webhookEvents', '$.reuse')`;

/**
 * What is known of the sources of images: a row of the image that was made before, with the source's, under the job and
 * position that ask as `for_job` and `for_position`.
 * @param wanted JSON: `[[jobId, position], ...]`
 */
export function selectKnown(db: D1Database, wanted: string, codecsVersion: number): D1PreparedStatement {
  return db
    .prepare(
      `select images.job_id as for_job, images.position as for_position,
         sources.settings, sources.hash, sources.final_url, sources.etag, sources.last_modified, former.*
       from json_each(?1) as wanted
       cross join images on images.job_id = wanted.value ->> '$[0]' and images.position = wanted.value ->> '$[1]'
       cross join jobs on jobs.id = images.job_id
       cross join sources on sources.url = images.url and sources.owner = ${owner} and sources.settings = ?2 || ${settings}
       cross join images as former on former.job_id = sources.job_id and former.position = sources.position
       where images.outcome is null and former.extension is not null`,
    )
    .bind(wanted, String(codecsVersion));
}

/** Writes what images were made from, in the place of what was known. To be run before their outcomes are recorded. */
export function upsertSources(db: D1Database, made: readonly MadeFrom[]): D1PreparedStatement {
  const rows = made.map(({ jobId, position, source: { codecsVersion, hash, validators } }) => [
    jobId,
    position,
    codecsVersion,
    hash,
    validators?.url ?? null,
    validators?.etag ?? null,
    validators?.lastModified ?? null,
  ]);
  return db
    .prepare(
      `insert into sources (url, owner, settings, job_id, position, hash, final_url, etag, last_modified)
       select images.url, ${owner}, made.value ->> '$[2]' || ${settings}, images.job_id, images.position,
         made.value ->> '$[3]', made.value ->> '$[4]', made.value ->> '$[5]', made.value ->> '$[6]'
       from json_each(?1) as made
       cross join images on images.job_id = made.value ->> '$[0]' and images.position = made.value ->> '$[1]'
       cross join jobs on jobs.id = images.job_id
       where images.outcome is null and jobs.state in ('queued', 'processing')
       on conflict (url, owner, settings) do update set
         job_id = excluded.job_id, position = excluded.position, hash = excluded.hash,
         final_url = excluded.final_url, etag = excluded.etag, last_modified = excluded.last_modified`,
    )
    .bind(JSON.stringify(rows));
}

/** Deletes what points to the images of a job up to this position. To be run before they are deleted. */
export function deleteSourcesUpTo(db: D1Database, jobId: string, position: number): D1PreparedStatement {
  return db
    .prepare(
      `delete from sources where job_id = ?1
         and url in (select url from images where job_id = ?1 and position <= ?2)`,
    )
    .bind(jobId, position);
}

export function toSourceState(row: SourceRow): SourceState {
  const { hash, final_url: url, etag, last_modified: lastModified } = row;
  const validators = url === null ? null : { url, etag, lastModified };
  return { codecsVersion: Number.parseInt(row.settings), hash, validators };
}
