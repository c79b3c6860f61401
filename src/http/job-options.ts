// Options of a job, from form fields, the query or JSON members, under any of their names. What is not built yet is
// refused in so many words, never ignored.

import { z } from "@hono/zod-openapi";
import type { Config } from "../config.ts";
import { Problem } from "../errors.ts";
import { checkReceiver } from "../job/deliver.ts";
import type { JobOptions } from "../store/schema.ts";

const qualityNames = ["quality", "compression_percentage"] as const;
const webhookNames = ["webhook_url", "webhookUrl", "callback_url", "notification_url", "notify_url"] as const;

/** Every name an option may come under. */
export const optionNames: readonly string[] = [
  ...qualityNames,
  "format",
  "scale",
  "background",
  "on_invalid",
  ...webhookNames,
  "email",
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

/** @throws Problem 400 that names the option: `invalid_option`, or `option_unavailable` for what is not built yet. */
export function readJobOptions(
  fields: ReadonlyMap<string, string>,
  config: Config,
  defaults: OptionDefaults,
): AskedOptions {
  return {
    options: {
      quality: readOption(fields, qualityNames, quality, "a whole number from 1 to 100") ?? config.defaultQuality,
      format: readFormat(fields),
      scale: readScale(fields, defaults.scale),
      background: readOption(fields, ["background"], background, "a colour as #rrggbb") ?? "#ffffff",
      email: readEmail(fields),
    },
    webhookUrl: readWebhookUrl(fields, config),
    onInvalid: readOption(fields, ["on_invalid"], onInvalid, "`skip` or `reject`") ?? defaults.onInvalid,
  };
}

/** Addresses one job may write to. */
export const maxEmailAddresses = 10;

const decimal = z.string().regex(/^(\d+\.?\d*|\.\d+)$/);
const quality = z.string().regex(/^\d+$/).pipe(z.coerce.number<string>().int().min(1).max(100));
const format = z.enum(["keep", "jpeg", "webp", "png", "avif"]);
const scale = decimal.pipe(z.coerce.number<string>().min(0.01).max(1));
const background = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i)
  .toLowerCase();
const onInvalid = z.enum(["skip", "reject"]);
/** RFC 5321 lets a path be no longer. */
const address = z.email().max(254);

function readFormat(fields: ReadonlyMap<string, string>): "keep" {
  const asked = readOption(fields, ["format"], format, "`keep`, `jpeg`, `webp`, `png` or `avif`") ?? "keep";
  if (asked === "keep") return asked;
  throw unavailable("format", "Images keep their format so far: leave it out or send `keep`.");
}

/** A default that differs from 1 is what an earlier service did; its callers must not be turned away for it. */
function readScale(fields: ReadonlyMap<string, string>, byDefault: number): number {
  const asked = readOption(fields, ["scale"], scale, "a number from 0.01 to 1") ?? byDefault;
  if (asked === 1 || asked === byDefault) return asked;
  throw unavailable("scale", "Images keep their dimensions so far: leave it out or send 1.");
}

function readEmail(fields: ReadonlyMap<string, string>): string[] {
  const addresses = valueOf(fields, "email")
    .split(/[,;\s]+/)
    .filter((text) => text !== "");
  if (addresses.length > maxEmailAddresses) {
    throw invalid("email", `must be at most ${maxEmailAddresses} addresses`);
  }
  const wrong = addresses.find((text) => !address.safeParse(text).success);
  if (wrong !== undefined) {
    throw invalid(
      "email",
      `must be an e-mail address, or several with commas between; "${wrong.slice(0, 80)}" is none`,
    );
  }
  return [...new Set(addresses)];
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

function readWebhookUrl(fields: ReadonlyMap<string, string>, config: Config): string | null {
  const name = webhookNames.find((candidate) => valueOf(fields, candidate) !== "");
  if (name === undefined) return null;
  const text = valueOf(fields, name);
  const refusal = checkReceiver(text, config);
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

function unavailable(name: string, detail: string): Problem {
  return new Problem({
    status: 400,
    code: "option_unavailable",
    detail: `\`${name}\` has no other value yet. ${detail}`,
  });
}
