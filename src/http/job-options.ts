// Options of a job, from form fields or the query, under any of their names.

import { z } from "@hono/zod-openapi";
import type { Config } from "../config.ts";
import { Problem } from "../errors.ts";
import { checkReceiver } from "../job/deliver.ts";
import type { JobOptions } from "../store/schema.ts";

const webhookNames = ["webhook_url", "webhookUrl", "callback_url", "notification_url", "notify_url"] as const;

export interface AskedOptions {
  options: JobOptions;
  webhookUrl: string | null;
  onInvalid: "skip" | "reject";
}

/** @throws Problem 400 that names the option. */
export function readJobOptions(
  fields: ReadonlyMap<string, string>,
  config: Config,
  defaults: { onInvalid: "skip" | "reject" },
): AskedOptions {
  return {
    options: {
      quality: readOption(fields, "quality", quality, "a whole number from 1 to 100") ?? config.defaultQuality,
    },
    webhookUrl: readWebhookUrl(fields, config),
    onInvalid: readOption(fields, "on_invalid", onInvalid, "`skip` or `reject`") ?? defaults.onInvalid,
  };
}

const quality = z.coerce.number().int().min(1).max(100);
const onInvalid = z.enum(["skip", "reject"]);

function readOption<Value>(
  fields: ReadonlyMap<string, string>,
  name: string,
  schema: z.ZodType<Value>,
  expected: string,
): Value | null {
  const text = fields.get(name)?.trim() ?? "";
  if (text === "") return null;
  const parsed = schema.safeParse(text);
  if (!parsed.success) {
    throw new Problem({ status: 400, code: "invalid_option", detail: `\`${name}\` must be ${expected}.` });
  }
  return parsed.data;
}

function readWebhookUrl(fields: ReadonlyMap<string, string>, config: Config): string | null {
  const name = webhookNames.find((candidate) => (fields.get(candidate)?.trim() ?? "") !== "");
  if (name === undefined) return null;
  const text = fields.get(name)?.trim() ?? "";
  const refusal = checkReceiver(text, config);
  if (refusal !== null) {
    throw new Problem({ status: 400, code: "invalid_option", detail: `\`${name}\` cannot be called. ${refusal}` });
  }
  return text;
}
