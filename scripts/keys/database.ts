// SQL on the project's D1 by `wrangler d1 execute`, which takes no parameters: whatever is not ours goes in as `quote` writes it.

import { exitOf, spawnWrangler } from "../wrangler.ts";
import { placeFlags } from "./arguments.ts";
import type { Place } from "./arguments.ts";
import { explain } from "./explain.ts";

export type Row = Record<string, string | number | null>;

/** A text as an SQL expression of hexadecimal digits, in which no quote, semicolon or comment can end anything. */
export function quote(text: string): string {
  return `cast(x'${Buffer.from(text, "utf8").toString("hex")}' as text)`;
}

/** @throws Error with a sentence when wrangler or the database refuses. */
export async function runSql(place: Place, sql: string): Promise<Row[]> {
  const child = spawnWrangler(executeArguments(place, sql), {
    stdio: ["ignore", "pipe", "pipe"],
    env: { CI: "1", FORCE_COLOR: "0", WRANGLER_WRITE_LOGS: "false" },
  });
  const [output, errors, end] = await Promise.all([textOf(child.stdout), textOf(child.stderr), exitOf(child)]);
  if (end !== 0) throw new Error(explain(`${output}\n${errors}`, place));
  return readRows(output);
}

/** Of `wrangler`. */
export function executeArguments(place: Place, sql: string): string[] {
  return ["d1", "execute", "DB", ...placeFlags(place), "--yes", "--json", "--command", sql];
}

/** wrangler answers `[{"results": [...], "success": true}]`. */
function readRows(output: string): Row[] {
  const answer: unknown = JSON.parse(output);
  const [first]: unknown[] = Array.isArray(answer) ? answer : [];
  if (typeof first === "object" && first !== null && "results" in first && Array.isArray(first.results)) {
    return first.results;
  }
  throw new Error(`wrangler answered something unexpected:\n${output}`);
}

async function textOf(stream: AsyncIterable<Buffer> | null): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
