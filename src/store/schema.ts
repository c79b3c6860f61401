// The D1 tables. `npm run migrate:new` writes the SQL; WITHOUT ROWID is added there by hand, as Drizzle has no word for it.
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { ImageFailure, Outcome } from "../errors.ts";

export type JobState = "queued" | "processing" | "completed" | "failed" | "cancelled";
export type JobOutcome = "ok" | "partial" | "none";
/** How the caller spoke at upload: the canonical API or one of the earlier services. */
export type Dialect = "v1" | "a" | "b" | "c" | "d" | "e";

/** How a job ended, as its webhook says it. */
export const jobEvents = ["job.completed", "job.partial", "job.failed", "job.cancelled"] as const;
export type JobEvent = (typeof jobEvents)[number];

/** What an output is written as: `keep`, the format of its source; `auto`, whichever makes the smallest file. */
export const jobFormats = ["keep", "auto", "jpeg", "webp", "png", "avif"] as const;
export type JobFormat = (typeof jobFormats)[number];

export interface JobOptions {
  quality: number;
  format: JobFormat;
  /** What width and height are multiplied by. */
  scale: number;
  /** `#rrggbb`, what shows through where an output cannot be transparent. */
  background: string;
  /** Who gets the output by e-mail. */
  email: readonly string[];
  /** The ends that the webhook is told of; all of them where nothing was said. */
  webhookEvents?: JobEvent[];
  /** False: every source is fetched and encoded, whatever is known of it. Absent in jobs from before there was a choice. */
  reuse?: boolean;
}

/** What is told of a CSV that could be used, but not all of it. */
export interface JobWarning {
  row: number;
  column: string | null;
  code: string;
  message: string;
}

export const jobs = sqliteTable(
  "jobs",
  {
    id: text("id").primaryKey(),
    /** The API key that made the job; null where none was asked for. */
    owner: text("owner"),
    dialect: text("dialect").$type<Dialect>().notNull(),
    state: text("state").$type<JobState>().notNull(),
    outcome: text("outcome").$type<JobOutcome>(),
    options: text("options", { mode: "json" }).$type<JobOptions>().notNull(),
    webhookUrl: text("webhook_url"),
    /** Where the API was called; kept because the coordinator has no request to take an origin from. */
    origin: text("origin").notNull(),
    /** What image links begin with: the origin, or the bucket's public domain. */
    imageBaseUrl: text("image_base_url").notNull(),
    products: integer("products").notNull(),
    /** Distinct source URLs: the rows in `images`. */
    images: integer("images").notNull(),
    /** URLs in the CSV: a URL used twice counts twice. */
    imagesTotal: integer("images_total").notNull(),
    imagesSucceeded: integer("images_succeeded").notNull().default(0),
    imagesFailed: integer("images_failed").notNull().default(0),
    imagesReused: integer("images_reused").notNull().default(0),
    bytesIn: integer("bytes_in").notNull().default(0),
    bytesOut: integer("bytes_out").notNull().default(0),
    warnings: text("warnings", { mode: "json" }).$type<JobWarning[]>().notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    completedAt: integer("completed_at"),
    /** When the job is taken away. Fixed when it ends, so that what was promised stays true. */
    expiresAt: integer("expires_at"),
  },
  (table) => [
    index("jobs_by_time").on(table.createdAt),
    index("jobs_by_owner").on(table.owner, table.createdAt),
    index("jobs_by_expiry")
      .on(table.expiresAt)
      .where(sql`${table.expiresAt} is not null`),
    // Holds the few that run, so that looking for those that stand still costs next to nothing.
    index("jobs_unended")
      .on(table.id)
      .where(sql`${table.completedAt} is null`),
  ],
);

// WITHOUT ROWID and no further index: one row written per insert and per update.
export const images = sqliteTable(
  "images",
  {
    jobId: text("job_id").notNull(),
    /** 1-based, in order of first appearance. */
    position: integer("position").notNull(),
    url: text("url").notNull(),
    uses: integer("uses").notNull(),
    outcome: text("outcome").$type<Outcome>(),
    failure: text("failure", { mode: "json" }).$type<ImageFailure>(),
    /** Of the stored object; null when nothing is stored. */
    extension: text("extension"),
    /** Of the source, as stored there. */
    format: text("format"),
    width: integer("width"),
    height: integer("height"),
    /** Of the stored object. */
    outputWidth: integer("output_width"),
    outputHeight: integer("output_height"),
    bytesIn: integer("bytes_in"),
    bytesOut: integer("bytes_out"),
    /** Downloads that were tried. */
    attempts: integer("attempts"),
    /** The output was made for an earlier job, from the same source with the same options. */
    reused: integer("reused", { mode: "boolean" }),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.position] })],
);

// Which image was last made from a source, so that the next job need not make it again. WITHOUT ROWID and no further
// index, as `images`. The URL comes first, because a job that goes finds its rows by the URLs of its images.
export const sources = sqliteTable(
  "sources",
  {
    url: text("url").notNull(),
    /** The API key of the job, or `open` where none was asked for. Nothing is shared between two. */
    owner: text("owner").notNull(),
    /** All that decides about the output beside the source: the version of the codecs and the options. */
    settings: text("settings").notNull(),
    /** The image: what is known of its output stands there. */
    jobId: text("job_id").notNull(),
    position: integer("position").notNull(),
    /** SHA-256 of the source in hex. */
    hash: text("hash").notNull(),
    /** Where the validators hold; null where there are none. */
    finalUrl: text("final_url"),
    etag: text("etag"),
    lastModified: text("last_modified"),
  },
  (table) => [primaryKey({ columns: [table.url, table.owner, table.settings] })],
);

/** One try at a delivery, as the receiver's owner needs it to find the fault. Times in ms. */
export interface DeliveryAttempt {
  at: number;
  durationMs: number;
  status: number | null;
  error: string | null;
  /** The beginning of what the receiver answered. */
  response: string | null;
}

export type DeliveryKind = "webhook" | "email";
export type DeliveryState = "pending" | "delivered" | "failed";

export const deliveries = sqliteTable(
  "deliveries",
  {
    jobId: text("job_id").notNull(),
    id: text("id").notNull(),
    kind: text("kind").$type<DeliveryKind>().notNull(),
    event: text("event").notNull(),
    target: text("target").notNull(),
    state: text("state").$type<DeliveryState>().notNull(),
    attempts: text("attempts", { mode: "json" }).$type<DeliveryAttempt[]>().notNull(),
    nextAttemptAt: integer("next_attempt_at"),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.id] })],
);

/** API keys. The key itself is nowhere: its prefix finds the row, its hash proves the rest. */
export const apiKeys = sqliteTable("api_keys", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  /** The beginning of the key, by which its owner recognises it: `ht_live_` and 12 characters. */
  prefix: text("prefix").notNull().unique("api_keys_by_prefix"),
  /** SHA-256 of the whole key in hex. */
  hash: text("hash").notNull(),
  createdAt: integer("created_at").notNull(),
  /** Behind by up to an hour, so that a request does not cost a write. */
  lastUsedAt: integer("last_used_at"),
  revokedAt: integer("revoked_at"),
});

/** What was answered to a request with an `Idempotency-Key`, so that its repetition gets the same. */
export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    /** The caller's API key, or `open` where none was asked for. */
    owner: text("owner").notNull(),
    key: text("key").notNull(),
    /** SHA-256 in hex of all that the request says. */
    fingerprint: text("fingerprint").notNull(),
    /** The job that this request makes; chosen before it is made, so that an attempt that died can be looked after. */
    jobId: text("job_id").notNull(),
    claimedAt: integer("claimed_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    /** Null while the first attempt is under way. */
    answer: text("answer"),
  },
  (table) => [primaryKey({ columns: [table.owner, table.key] }), index("idempotency_keys_by_end").on(table.expiresAt)],
);

/**
 * How often something has happened since this table was made. A row is written in the transaction that makes it happen, so
 * nothing is counted twice, and counts only grow, whatever is deleted. A few dozen rows.
 */
export const counters = sqliteTable(
  "counters",
  {
    subject: text("subject").$type<CounterSubject>().notNull(),
    /** How it ended, in one or two words: `compressed`, `failed http_404`, `webhook delivered`. */
    label: text("label").notNull(),
    count: integer("count").notNull(),
    /** Of images; 0 for everything else. */
    bytesIn: integer("bytes_in").notNull(),
    bytesOut: integer("bytes_out").notNull(),
  },
  (table) => [primaryKey({ columns: [table.subject, table.label] })],
);
export type CounterSubject = "image" | "job" | "delivery";

/** Where each walk of the sweeper goes on: the last key that it has seen to. */
export const sweepMarks = sqliteTable("sweep_marks", {
  walk: text("walk").primaryKey(),
  mark: text("mark").notNull(),
});

/** What the webhooks of an API key's jobs are signed with. Made when it is first needed. */
export const webhookSecrets = sqliteTable("webhook_secrets", {
  owner: text("owner").primaryKey(),
  /** `whsec_` and 32 bytes in base64. */
  secret: text("secret").notNull(),
  /** The one before it, which signs as well until then. */
  previous: text("previous"),
  previousUntil: integer("previous_until"),
});
export type WebhookSecretRecord = typeof webhookSecrets.$inferSelect;
