import { expect, test } from "vitest";
import { makeCollection } from "../../scripts/collection/postman.ts";
import { app } from "../../src/http/app.ts";

test("every route of the API is a request of the collection", async () => {
  const response = await app.request("https://halftone.dev/openapi.json", {}, { AUTH: "required" });
  const { item, variable } = makeCollection(await response.json());

  const requests = item.flatMap((folder) => folder.item.map(({ request }) => request));
  const found = requests.map(({ method, url }) => `${method} ${url.raw.replace("{{baseUrl}}", "")}`);
  const routed = app.routes
    .filter(({ method, path }) => method !== "ALL" && path !== "/openapi.json")
    .map(({ method, path }) => `${method} ${path}`);
  expect(found.sort()).toEqual([...new Set(routed)].sort());
  expect(variable[0]).toEqual({ key: "baseUrl", value: "https://halftone.dev" });
  const upload = requests.find(({ method, url }) => method === "POST" && url.raw === "{{baseUrl}}/v1/jobs");
  expect(upload?.body).toMatchObject({ mode: "formdata", formdata: [{ key: "file", type: "file" }] });
});
