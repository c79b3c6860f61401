// `npm run keys -- --remote` with the real wrangler, against a stand-in for Cloudflare's API.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { executeArguments } from "../../scripts/keys/database.ts";
import { explain } from "../../scripts/keys/explain.ts";
import { projectFolder } from "../../scripts/wrangler.ts";
import { startCloudflareApi } from "../support/cloudflare-api.ts";
import type { CloudflareApi } from "../support/cloudflare-api.ts";

let api: CloudflareApi;
beforeAll(async () => {
  api = await startCloudflareApi();
});
afterAll(() => api.close());

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

async function keys(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  const script = join(projectFolder, "scripts", "keys.ts");
  const options = { env: { ...process.env, ...api.env, ...env } };
  const run = promisify(execFile)(process.execPath, [script, ...args, "--remote"], options);
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ran) => ({ code, stdout, stderr }),
  );
}

describe("npm run keys -- --remote", () => {
  test("makes, lists and revokes a key in the deployed database, whatever its name says", async () => {
    const name = `O'Neil "42"; drop table api_keys; -- %s`;

    const created = await keys(["create", name]);
    const key = created.stdout.trim();
    const revoked = await keys(["revoke", key]);
    const listed = await keys(["list"]);

    expect([created.code, revoked.code, listed.code]).toEqual([0, 0, 0]);
    expect(key).toMatch(/^ht_live_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}$/);
    expect(revoked.stdout).toContain(`of "${name}" is revoked`);
    expect(listed.stdout).toContain(name);
    const rows = api.database.prepare("select * from api_keys").all();
    expect(rows).toMatchObject([{ name, prefix: key.slice(0, key.lastIndexOf("_")), revoked_at: expect.any(Number) }]);
    expect(JSON.stringify(rows)).not.toContain(key);
    const path = "/accounts/account/d1/database/00000000-0000-0000-0000-000000000000/query";
    expect(api.calls).toEqual([`POST ${path}`, `POST ${path}`, `POST ${path}`]);
  });

  test("shows no key that Cloudflare did not take", async () => {
    const { code, stdout, stderr } = await keys(["create", "Shop"], { CLOUDFLARE_API_TOKEN: "another" });

    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^Cloudflare does not let this login use the database\..*\n$/);
  });
});

describe("executeArguments", () => {
  test.each([
    [{ kind: "remote" }, ["--remote"]],
    [{ kind: "local", stateFolder: null }, ["--local"]],
    [{ kind: "local", stateFolder: "/state" }, ["--local", "--persist-to", "/state"]],
  ] as const)("of %j name the database's place", (place, flags) => {
    const sql = "select '--remote'";

    expect(executeArguments(place, sql)).toEqual(
      ["d1", "execute", "DB", flags, "--yes", "--json", "--command", sql].flat(),
    );
  });
});

describe("explain", () => {
  const remote = { kind: "remote" } as const;

  test.each([
    ["In a non-interactive environment, it's necessary to set a CLOUDFLARE_API_TOKEN", "npx wrangler login"],
    ["Authentication error [code: 10000]", "permission to edit D1"],
    ["Invalid access token [code: 9109]", "permission to edit D1"],
    ["More than one account available but unable to select one", "CLOUDFLARE_ACCOUNT_ID"],
    ["The database 00000000 could not be found [code: 7404]", "npx wrangler d1 create halftone"],
    ["Couldn't find a D1 DB with name or binding 'DB'", "npx wrangler d1 create halftone"],
    ["fetch failed", "cannot be reached"],
    ["no such table: api_keys: SQLITE_ERROR [code: 7500]", "`npx wrangler d1 migrations apply DB --remote`"],
  ])("of %j says what to do", (words, advice) => {
    const sentence = explain(`{ "error": { "text": "A request failed.", "notes": [{ "text": "${words}" }] } }`, remote);

    expect(sentence).toContain(advice);
    expect(sentence).toMatch(/^[^\n{]+\.$/);
  });

  test("repeats what it does not know, and does not speak of Cloudflare on this machine", () => {
    expect(explain("disk full\n", remote)).toBe("wrangler could not do it:\ndisk full");
    expect(explain("fetch failed", { kind: "local", stateFolder: null })).toBe(
      "wrangler could not do it:\nfetch failed",
    );
  });
});
