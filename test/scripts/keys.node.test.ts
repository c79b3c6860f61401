import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readKeysArguments } from "../../scripts/keys/arguments.ts";
import { quote } from "../../scripts/keys/database.ts";
import { exitOf, migrateFlags, projectFolder, spawnWrangler } from "../../scripts/wrangler.ts";

describe("npm run keys", () => {
  const folder = mkdtempSync(join(tmpdir(), "halftone-keys-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeAll(async () => {
    const migrated = spawnWrangler(migrateFlags(folder), { stdio: "ignore", env: { CI: "1" } });
    if ((await exitOf(migrated)) !== 0) throw new Error("The migrations failed.");
  }, 60_000);

  function keys(...args: string[]) {
    const script = join(projectFolder, "scripts", "keys.ts");
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args, "--persist-to", folder], {
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  }

  test("makes a key that is shown once, lists it and revokes it, whatever its name says", { timeout: 60_000 }, () => {
    const name = `O'Neil "42"; drop table api_keys; -- %s`;

    const created = keys("create", name);
    const key = created.stdout.trim();
    const prefix = key.slice(0, key.lastIndexOf("_"));
    const revoked = keys("revoke", key);
    const listed = keys("list");

    expect(key).toMatch(/^ht_live_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}$/);
    expect(created.stderr).toContain(name);
    expect(created.stderr).not.toContain(key);
    expect(revoked.stdout).toBe(`The key ${prefix} of "${name}" is revoked; it is refused from now on.\n`);
    expect(listed.stdout.split("\n")[2]).toMatch(/^ht_live_\w+ {2}O'Neil .*\d\d:\d\d .*\d\d:\d\d {2}[0-9a-f-]{36}$/);
    expect(listed.stdout).not.toContain(key);
    expect([created, revoked, listed].map(({ status }) => status)).toEqual([0, 0, 0]);
  });
});

describe("readKeysArguments", () => {
  const key = `ht_live_${"a".repeat(12)}_${"b".repeat(43)}`;

  test.each([
    [["create", " Shop "], { kind: "create", name: "Shop" }],
    [["create", "x".repeat(100)], { kind: "create", name: "x".repeat(100) }],
    [["list"], { kind: "list" }],
    [["revoke", "ht_live_abc"], { kind: "revoke", prefixOrId: "ht_live_abc" }],
    [["revoke", key], { kind: "revoke", prefixOrId: `ht_live_${"a".repeat(12)}` }],
  ])("reads %j", (args, command) => {
    expect(readKeysArguments(args, "/")).toEqual({ command, place: { kind: "local", stateFolder: null } });
  });

  test.each([
    [["--local"], { kind: "local", stateFolder: null }],
    [["--persist-to", "state"], { kind: "local", stateFolder: "/from/state" }],
    [["--remote"], { kind: "remote" }],
  ])("finds the database of %j", (flags, place) => {
    expect(readKeysArguments(["list", ...flags], "/from")).toMatchObject({ place });
  });

  test.each([
    [[], "Say what to do"],
    [["make"], "no `make`"],
    [["create"], "Give the key a name"],
    [["create", "  "], "Give the key a name"],
    [["create", "x".repeat(101)], "longer than 100"],
    [["create", "a\u001b[2J"], "cannot be shown"],
    [["create", "My", "shop"], "in quotes"],
    [["list", "x"], "takes nothing"],
    [["revoke"], "which key"],
    [["list", "--remote", "--local"], "--remote"],
    [["list", "--remote", "--persist-to", "x"], "--remote"],
    [["list", "--verbose"], "--verbose"],
  ])("refuses %j: %s", (args, sentence) => {
    expect(() => readKeysArguments(args, "/")).toThrow(sentence);
  });
});

test.each(["'; drop table api_keys; --", "ünïcödé 漢", "\\", ""])(
  "quote leaves nothing of %j to the parser",
  (text) => {
    expect(quote(text)).toMatch(/^cast\(x'[0-9a-f]*' as text\)$/);
  },
);
