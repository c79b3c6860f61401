import { describe, expect, test } from "vitest";
import { makeCollection } from "../../scripts/collection/postman.ts";
import { sampleOf } from "../../scripts/collection/sample.ts";
import { app } from "../../src/http/app.ts";

const document = await app.request("https://halftone.dev/openapi.json", {}, { AUTH: "required" });
const collection = makeCollection(await document.json());
const items = collection.item.flatMap((folder) => folder.item);

describe("makeCollection", () => {
  test("makes a request, or several, of every route of the API", () => {
    const found = items.map(({ request }) => `${request.method} ${request.url.raw.replace("{{baseUrl}}", "")}`);
    const routed = app.routes
      .filter(({ method, path }) => method !== "ALL" && path !== "/openapi.json")
      .map(({ method, path }) => `${method} ${path}`);

    expect([...new Set(found)].sort()).toEqual([...new Set(routed)].sort());
    for (const { item } of collection.item) expect(new Set(item.map(({ name }) => name)).size).toBe(item.length);
  });

  test("makes a request of each type of body", () => {
    const uploads = items.filter(({ name }) => name.startsWith("Upload a catalogue"));

    expect(uploads.map(({ name }) => name)).toEqual([
      "Upload a catalogue (form)",
      "Upload a catalogue (CSV)",
      "Upload a catalogue (JSON)",
    ]);
    expect(uploads[0]?.request.body).toMatchObject({ mode: "formdata", formdata: [{ key: "file", type: "file" }] });
  });

  test("declares every variable that it uses", () => {
    const used = new Set(JSON.stringify(collection).match(/(?<=\{\{)\w+(?=\}\})/g));

    expect(collection.variable.map(({ key }) => key).sort()).toEqual([...used].sort());
    expect(collection.variable[0]).toEqual({ key: "baseUrl", value: "https://halftone.dev" });
  });

  test.each([
    ["Upload a catalogue (JSON)", { id: "one" }, { jobId: "one" }],
    ["Upload a CSV (CSV)", { request_id: "two" }, { jobId: "two" }],
    [
      "The images of a job and what became of each",
      { images: [{ output: "https://h/image/a-1.jpg" }] },
      { imageFile: "a-1.jpg" },
    ],
    ["The images of a job and what became of each", { images: [] }, {}],
    ["Webhooks and mails of a job, with every attempt", { deliveries: [{ id: "msg" }] }, { deliveryId: "msg" }],
  ])("keeps what comes of `%s` %j for what follows", (name, answer, expected) => {
    const item = items.find((one) => one.name === name);
    const kept: Record<string, unknown> = {};
    const pm = {
      response: { json: () => answer },
      collectionVariables: { set: (key: string, value: unknown) => (kept[key] = value) },
    };

    // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- what Postman does with it
    new Function("pm", item?.event?.[0]?.script.exec.join("\n") ?? "")(pm);

    expect(kept).toEqual(expected);
  });
});

test("sampleOf wants an example where a schema gives no value away", () => {
  expect(() => sampleOf({ type: "string" }, {})).toThrow('needs an example: {"type":"string"}');
});
