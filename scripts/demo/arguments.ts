// What `npm run demo` was asked to do.

import { resolve } from "node:path";
import { parseArgs } from "node:util";

export interface DemoArguments {
  /** Absolute path of somebody's own CSV; null for the sample catalogue. */
  csvPath: string | null;
  /** Hosts of that CSV that may be private or loopback, as `host` or `host:port`. */
  allowPrivate: string[];
  timeoutSeconds: number;
}

export const usage = `npm run demo                  the sample catalogue, all on this machine
npm run demo -- my.csv        your own CSV, with images from the internet

  --allow-private HOST        also fetch from this private host (or HOST:PORT); may be repeated
  --timeout SECONDS           give up after this; 240 for the sample, 3600 for your own CSV`;

/**
 * @param calledFrom the folder that a relative path counts from.
 * @throws Error with a sentence for what cannot be understood.
 */
export function readDemoArguments(given: string[], calledFrom: string): DemoArguments | "help" {
  const { values, positionals } = parseArgs({
    args: given,
    allowPositionals: true,
    options: {
      "allow-private": { type: "string", multiple: true, default: [] },
      timeout: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const [csv, ...more] = positionals;
  if (more.length > 0) throw new Error(`One CSV at a time; ${more.join(" ")} is too much.`);
  const timeoutSeconds = Number(values.timeout ?? (csv === undefined ? 240 : 3600));
  if (!Number.isInteger(timeoutSeconds) || timeoutSeconds < 1 || timeoutSeconds > 86_400) {
    throw new Error("--timeout takes whole seconds, 1 to 86400.");
  }
  return {
    csvPath: csv === undefined ? null : resolve(calledFrom, csv),
    allowPrivate: values["allow-private"],
    timeoutSeconds,
  };
}
