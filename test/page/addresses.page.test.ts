// The addresses of the page itself, which the platform answers without asking the Worker: the rows that
// `test/http/routes.test.ts` cannot have.
import { describe, expect, inject, test } from "vitest";

function ask(path: string, method = "GET"): Promise<Response> {
  return fetch(inject("halftone") + path, { method, redirect: "manual" });
}

describe.each([
  ["/", "text/html; charset=utf-8"],
  ["/docs", "text/html; charset=utf-8"],
  ["/icon.svg", "image/svg+xml"],
  ["/template.csv", "text/csv; charset=utf-8"],
])("%s", (path, type) => {
  test("answers GET and HEAD without a key, and lets nothing foreign run", async () => {
    const [got, head] = [await ask(path), await ask(path, "HEAD")];

    expect([got.status, head.status]).toEqual([200, 200]);
    expect([got.headers.get("content-type"), head.headers.get("content-type")]).toEqual([type, type]);
    expect(got.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self';/);
    expect([(await got.text()).length > 0, await head.text()]).toEqual([true, ""]);
  });

  test.each(["POST", "PUT", "DELETE", "OPTIONS"])("takes no %s", async (method) => {
    expect((await ask(path, method)).status).toBe(405);
  });
});

test("/docs/ leads to /docs", async () => {
  const response = await ask("/docs/");

  expect([response.status, response.headers.get("location")]).toEqual([307, "/docs"]);
});

test.each(["/nothing", "/tsconfig.json", "/.assetsignore", "/page.d.ts"])("%s is nothing", async (path) => {
  const response = await ask(path);

  expect([response.status, response.headers.get("content-type")]).toEqual([
    404,
    "application/problem+json; charset=utf-8",
  ]);
});
