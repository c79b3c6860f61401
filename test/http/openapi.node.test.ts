import { createConfig, lintFromString } from "@redocly/openapi-core";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { app } from "../../src/http/app.ts";
import { errorCodes } from "../../src/http/error-codes.ts";
import { jobEvents } from "../../src/store/schema.ts";
import type { Json } from "../support/jobs.ts";

const root = join(import.meta.dirname, "../..");

// The whole Worker is not needed to describe itself: no binding is touched on the way.
async function readDocument(auth: "open" | "required"): Promise<string> {
  const response = await app.request("https://halftone.dev/openapi.json", {}, { AUTH: auth });
  expect(response.status).toBe(200);
  return response.text();
}

test.each(["open", "required"] as const)(
  "with keys %s the document passes the linter, examples included",
  async (auth) => {
    const config = await createConfig({
      extends: ["recommended"],
      rules: { "no-invalid-media-type-examples": "error", "no-invalid-schema-examples": "error" },
    });

    const found = await lintFromString({ source: await readDocument(auth), absoluteRef: "/openapi.json", config });

    const told = found.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`);
    // The one thing it holds against us: nothing that is asked of /health can be wrong.
    expect(told.filter((line) => !line.startsWith("operation-4xx-response #/paths/~1health/"))).toEqual([]);
  },
);

test("every route of the API stands in the document, and nothing else does", async () => {
  const { paths } = JSON.parse(await readDocument("open"));
  const documented = Object.entries<Json>(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const routed = app.routes
    .filter(({ method, path }) => method !== "ALL" && path !== "/openapi.json")
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);

  expect(documented.sort()).toEqual([...new Set(routed)].sort());
});

test("every code that a refusal is given in the sources is explained", () => {
  const files = globSync("src/{http,catalogue,job}/**/*.ts", { cwd: root });
  const given = files.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    const problems = [...text.matchAll(/new Problem\(\{[^}]*?\bcode: "(\w+)"/g)];
    const others = [...text.matchAll(/\b(?:unusable|refusalBody)\(\s*"(\w+)"/g)];
    return [...problems, ...others].map((match) => match[1] ?? "");
  });

  expect(given.length).toBeGreaterThan(25);
  expect(given.filter((code) => !(code in errorCodes))).toEqual([]);
});

test("every refusal shows an example of each of its codes, under the status it has", async () => {
  const { paths } = JSON.parse(await readDocument("required"));
  for (const [path, item] of Object.entries<Json>(paths)) {
    for (const operation of Object.values<Json>(item)) {
      for (const [status, response] of Object.entries<Json>(operation.responses)) {
        const shown = response.content?.["application/problem+json"]?.examples ?? {};
        for (const [code, { value }] of Object.entries<Json>(shown)) {
          expect(value, `${path} ${status}`).toMatchObject({ code, status: Number(status) });
          expect(value.type).toMatch(new RegExp(`/docs#${code}$`));
        }
      }
    }
  }
});

test("every event of a webhook is described with its body and its three signature headers", async () => {
  const { webhooks } = JSON.parse(await readDocument("open"));

  expect(Object.keys(webhooks)).toEqual([...jobEvents]);
  for (const event of jobEvents) {
    const { parameters, requestBody } = webhooks[event].post;
    const names = parameters.map((parameter: Json) => parameter.name);
    expect(names).toEqual(["webhook-id", "webhook-timestamp", "webhook-signature"]);
    expect(requestBody.content["application/json"].example.type).toBe(event);
  }
});
