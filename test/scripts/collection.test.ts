// Sends the requests of the collection to the app as Postman would: every one of them works as it is.
import { beforeAll, expect, test } from "vitest";
import { makeCollection } from "../../scripts/collection/postman.ts";
import { app } from "../../src/http/app.ts";
import { catalogue } from "../support/jobs.ts";
import { callAs } from "../support/keys.ts";
import { newRunningJob, setStage } from "../support/stage.ts";
import type { Stage } from "../support/stage.ts";

const document = await app.request("https://halftone.example/openapi.json", {}, { AUTH: "required" });
const collection = makeCollection(await document.json());
const items = collection.item.flatMap((folder) => folder.item);
type Item = (typeof items)[number];

const metricsToken = "a token of the deployment";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});

/** What Postman makes of a request, once the file of a form is chosen. */
function toInit({ request: { method, header, body } }: Item): RequestInit {
  const headers = header.filter((field) => !("disabled" in field && field.disabled));
  const fields = headers.map(({ key, value }): [string, string] => [key, value]);
  if (body === undefined) return { method, headers: fields };
  if ("raw" in body) return { method, headers: fields, body: String(body.raw) };
  const form = new FormData();
  form.set("file", new File([catalogue(["https://shop.example/photo.jpg"])], "catalogue.csv"));
  return { method, headers: fields, body: form };
}

function resolve(text: string, variables: Record<string, string>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => variables[name] ?? "");
}

function toPath({ request: { url } }: Item, variables: Record<string, string>): string {
  const path = url.path.map((part) => {
    const variable = url.variable.find(({ key }) => part === `:${key}`);
    return variable === undefined ? part : encodeURIComponent(resolve(variable.value, variables));
  });
  const query = url.query
    .filter(({ disabled }) => !disabled)
    .map(({ key, value }) => `${key}=${resolve(value, variables)}`);
  return `/${path.join("/")}?${query.join("&")}`;
}

test.each(items)("$request.method $name", async (item) => {
  const { own, ended, delivery: deliveryId, file: imageFile } = stage;
  const isChanged = item.request.method === "DELETE" || item.request.url.path.includes("retry");
  const jobId = isChanged ? await newRunningJob(own) : ended;
  const { auth = collection.auth } = item.request;
  const key = auth.bearer[0] === undefined ? null : resolve(auth.bearer[0].value, { apiKey: own.key, metricsToken });

  const path = toPath(item, { jobId, deliveryId, imageFile });
  const response = await callAs(key, path, toInit(item), { METRICS_TOKEN: metricsToken });

  expect(response.status, await response.clone().text()).toBeLessThan(300);
  await response.body?.cancel();
});
