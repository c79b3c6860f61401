// What `npm run keys` was asked to do.

import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { prefixOfKey } from "../../src/store/api-key-format.ts";

/** Whose database: this machine's (null: where wrangler keeps it) or the deployed one. */
export type Place = { kind: "local"; stateFolder: string | null } | { kind: "remote" };

/** The same, as wrangler is told. */
export function placeFlags(place: Place): string[] {
  if (place.kind === "remote") return ["--remote"];
  return place.stateFolder === null ? ["--local"] : ["--local", "--persist-to", place.stateFolder];
}

export type KeysCommand = { kind: "create"; name: string } | { kind: "list" } | { kind: "revoke"; prefixOrId: string };

export const usage = `npm run keys -- create NAME             makes an API key and shows it this once
npm run keys -- list                    shows which keys there are
npm run keys -- revoke PREFIX|ID        turns a key away from now on

  --local             on this machine (the default)
  --persist-to DIR    on this machine, with its state in DIR
  --remote            at Cloudflare`;

const maxNameCharacters = 100;

/**
 * @param calledFrom the folder that a relative path counts from.
 * @throws Error with a sentence for what cannot be understood.
 */
export function readKeysArguments(args: string[], calledFrom: string): { command: KeysCommand; place: Place } | "help" {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: "boolean", short: "h", default: false },
      local: { type: "boolean", default: false },
      remote: { type: "boolean", default: false },
      "persist-to": { type: "string" },
    },
  });
  if (values.help) return "help";
  const folder = values["persist-to"];
  if (values.remote && (values.local || folder !== undefined)) {
    throw new Error("--remote goes neither with --local nor with --persist-to.");
  }
  const place: Place = values.remote
    ? { kind: "remote" }
    : { kind: "local", stateFolder: folder === undefined ? null : resolve(calledFrom, folder) };
  return { command: readCommand(positionals), place };
}

function readCommand([verb, operand, ...more]: string[]): KeysCommand {
  if (more.length > 0) throw new Error("That is one word too many. Put a name with spaces in quotes.");
  switch (verb) {
    case "create":
      return { kind: "create", name: readName(operand) };
    case "list":
      if (operand !== undefined) throw new Error("`list` takes nothing behind it.");
      return { kind: "list" };
    case "revoke":
      if (operand === undefined || operand === "")
        throw new Error("Say which key, by the prefix or id that `list` shows.");
      // Somebody may paste the whole key that got out.
      return { kind: "revoke", prefixOrId: prefixOfKey(operand) ?? operand };
    case undefined:
      throw new Error("Say what to do: create, list or revoke.");
    default:
      throw new Error(`There is no \`${verb}\`, only create, list and revoke.`);
  }
}

function readName(text: string | undefined): string {
  const name = text?.trim() ?? "";
  if (name === "") throw new Error("Give the key a name, so that you know it again: its user, or what it is for.");
  if (name.length > maxNameCharacters) throw new Error(`The name is longer than ${maxNameCharacters} characters.`);
  // A control character could repaint the terminal that `list` is read on.
  if (/\p{C}/u.test(name)) throw new Error("The name holds characters that cannot be shown.");
  return name;
}
