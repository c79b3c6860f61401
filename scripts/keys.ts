// `npm run keys`: makes, lists and revokes API keys, in the database of this machine or the deployed one. A new key goes to
// standard output alone, so that it can be piped into a vault; everything said about it goes to standard error.

import { makeApiKey } from "../src/store/api-key-format.ts";
import { renderTable } from "./demo/table.ts";
import { readKeysArguments, usage } from "./keys/arguments.ts";
import type { KeysCommand, Place } from "./keys/arguments.ts";
import { quote, runSql } from "./keys/database.ts";
import type { Row } from "./keys/database.ts";

process.exitCode = await main();

async function main(): Promise<number> {
  let asked: ReturnType<typeof readKeysArguments>;
  try {
    asked = readKeysArguments(process.argv.slice(2), process.env["INIT_CWD"] ?? process.cwd());
  } catch (error) {
    console.error(`${sentenceOf(error)}\n\n${usage}`);
    return 2;
  }
  if (asked === "help") {
    console.log(usage);
    return 0;
  }
  try {
    await run(asked.command, asked.place);
    return 0;
  } catch (error) {
    console.error(sentenceOf(error));
    return 1;
  }
}

function run(command: KeysCommand, place: Place): Promise<void> {
  switch (command.kind) {
    case "create":
      return create(command.name, place);
    case "list":
      return list(place);
    case "revoke":
      return revoke(command.prefixOrId, place);
  }
}

async function create(name: string, place: Place): Promise<void> {
  const { key, prefix, hash } = await makeApiKey();
  const values = [quote(crypto.randomUUID()), quote(name), quote(prefix), quote(hash), Date.now()];
  await runSql(place, `insert into api_keys (id, name, prefix, hash, created_at) values (${values.join(", ")})`);
  console.error(`The API key of "${name}". Keep it now: it is shown this once, and only its hash is stored.\n`);
  console.log(key);
  console.error(`\nSend it as \`Authorization: Bearer ${prefix}_...\`.`);
}

async function list(place: Place): Promise<void> {
  const rows = await runSql(
    place,
    "select id, name, prefix, created_at, last_used_at, revoked_at from api_keys order by created_at, id",
  );
  if (rows.length === 0) {
    console.log("There are no keys yet. `npm run keys -- create NAME` makes one.");
    return;
  }
  const header = ["Prefix", "Name", "Created", "Last used (to the hour)", "Revoked", "ID"];
  console.log(renderTable(header, rows.map(toCells), new Set()));
}

async function revoke(prefixOrId: string, place: Place): Promise<void> {
  const which = quote(prefixOrId);
  const now = Date.now();
  const [key] = await runSql(
    place,
    `update api_keys set revoked_at = coalesce(revoked_at, ${now}) where prefix = ${which} or id = ${which}
     returning name, prefix, revoked_at`,
  );
  if (key === undefined)
    throw new Error(`There is no key ${prefixOrId}. \`npm run keys -- list\` shows those there are.`);
  console.log(
    key["revoked_at"] === now
      ? `The key ${key["prefix"]} of "${key["name"]}" is revoked; it is refused from now on.`
      : `The key ${key["prefix"]} of "${key["name"]}" was revoked before, at ${timeOf(key["revoked_at"])}.`,
  );
}

function toCells(row: Row): string[] {
  return [
    String(row["prefix"]),
    String(row["name"]),
    timeOf(row["created_at"]),
    timeOf(row["last_used_at"]),
    timeOf(row["revoked_at"]),
    String(row["id"]),
  ];
}

/** `2026-11-21 06:14` in UTC; empty for never. */
function timeOf(ms: Row[string] | undefined): string {
  return typeof ms === "number" ? new Date(ms).toISOString().slice(0, 16).replace("T", " ") : "";
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
