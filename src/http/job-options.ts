// Options of a job, from form fields, the query or JSON members, under any of their names.

import { z } from "@hono/zod-openapi";
import type { Config } from "../config.ts";
import { Problem } from "../errors.ts";
import { checkReceiver } from "../job/receiver.ts";
import { readRecipients } from "../job/recipients.ts";
import { jobEvents, jobFormats } from "../store/schema.ts";
import type { JobEvent, JobOptions } from "../store/schema.ts";

const qualityNames = ["quality", "compression_percentage"] as const;
const webhookNames = ["webhook_url", "webhookUrl", "callback_url", "notification_url", "notify_url"] as const;
const eventsNames = ["webhook_events", "events"] as const;

/** Every name an option may come under. */
export const optionNames: readonly string[] = [
  ...qualityNames,
  "format",
  "scale",
  "background",
  "on_invalid",
  ...webhookNames,
  ...eventsNames,
  "email",
  "reuse",
];

export interface AskedOptions {
  options: JobOptions;
  webhookUrl: string | null;
  onInvalid: "skip" | "reject";
}

/** What holds where an option is not given. */
export interface OptionDefaults {
  onInvalid: "skip" | "reject";
  scale: number;
}

/** @param origin where the API was called. @throws Problem 400 that names the option:: `invalid_option`. */
export function readJobOptions(
  fields: ReadonlyMap<string, string>,
  config: Config,
  origin: string,
  defaults: OptionDefaults,
): AskedOptions {
  const webhookEvents = readWebhookEvents(fields);
  return {
    options: {
      quality: readOption(fields, qualityNames, quality, "a whole number from 1 to 100") ?? config.defaultQuality,
      format: readOption(fields, ["format"], format, formatWords) ?? "keep",
      scale: readOption(fields, ["scale"], scale, "a number from 0.01 to 1") ?? defaults.scale,
      background: readOption(fields, ["background"], background, "a colour as #rrggbb") ?? "#ffffff",
      email: readEmail(fields, config),
      ...(webhookEvents && { webhookEvents }),
      reuse: readOption(fields, ["reuse"], reuse, "`true` or `false`") ?? true,
    },
    webhookUrl: readWebhookUrl(fields, config, origin),
    onInvalid: readOption(fields, ["on_invalid"], onInvalid, "`skip` or `reject`") ?? defaults.onInvalid,
  };
}

const decimal = z.string().regex(/^(\d+\.?\d*|\.\d+)$/);
const quality = z.string().regex(/^\d+$/).pipe(z.coerce.number<string>().int().min(1).max(100));
const format = z.string().toLowerCase().pipe(z.enum(jobFormats));
const formatWords = `one of ${jobFormats.map((name) => `\`${name}\``).join(", ")}`;
const scale = decimal.pipe(z.coerce.number<string>().min(0.01).max(1));
const background = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i)
  .toLowerCase();
const onInvalid = z.enum(["skip", "reject"]);
const reuse = z.stringbool({ truthy: ["true", "1", "yes", "on"], falsy: ["false", "0", "no", "off"] });

function readEmail(fields: ReadonlyMap<string, string>, config: Config): string[] {
  const read = readRecipients(valueOf(fields, "email"), config);
  if ("refusal" in read) throw invalid("email", read.refusal);
  return read.recipients;
}

/** Which ends the webhook is told of: `job.completed,job.failed`, or without the `job.`; null where nothing is said. */
function readWebhookEvents(fields: ReadonlyMap<string, string>): JobEvent[] | null {
  const name = eventsNames.find((candidate) => valueOf(fields, candidate) !== "");
  if (name === undefined) return null;
  const words = valueOf(fields, name)
    .toLowerCase()
    .split(/[,;\s]+/)
    .filter((word) => word !== "");
  const asked = new Set<string>(words.map((word) => (word.startsWith("job.") ? word : `job.${word}`)));
  const events = jobEvents.filter((event) => asked.delete(event));
  if (asked.size > 0 || events.length === 0) {
    const known = jobEvents.map((event) => `\`${event}\``).join(", ");
    throw invalid(name, `must be one or more of ${known}, with commas between`);
  }
  return events;
}

function readOption<Value>(
  fields: ReadonlyMap<string, string>,
  names: readonly string[],
  schema: z.ZodType<Value>,
  expected: string,
): Value | null {
  const name = names.find((candidate) => valueOf(fields, candidate) !== "");
  if (name === undefined) return null;
  const parsed = schema.safeParse(valueOf(fields, name));
  if (!parsed.success) throw invalid(name, `must be ${expected}`);
  return parsed.data;
}

function readWebhookUrl(fields: ReadonlyMap<string, string>, config: Config, origin: string): string | null {
  const name = webhookNames.find((candidate) => valueOf(fields, candidate) !== "");
  if (name === undefined) return null;
  const text = valueOf(fields, name);
  const refusal = checkReceiver(text, config, origin);
  if (refusal !== null) throw invalid(name, `cannot be called. ${refusal}`);
  return text;
}

function valueOf(fields: ReadonlyMap<string, string>, name: string): string {
  return fields.get(name)?.trim() ?? "";
}

function invalid(name: string, complaint: string): Problem {
  const detail = `\`${name}\` ${complaint}${complaint.endsWith(".") ? "" : "."}`;
  return new Problem({ status: 400, code: "invalid_option", detail });
}
