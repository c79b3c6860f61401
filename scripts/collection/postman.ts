// From an OpenAPI document to a Postman collection (format 2.1): a folder a tag, a request an operation, or one for each
// type of body it takes. A request works as it is sent: what comes of one is kept for those that follow.

import { sampleOf } from "./sample.ts";
import type { Schema } from "./sample.ts";

export interface ApiDocument {
  info: { title: string; description?: string };
  servers: { url: string }[];
  paths: Record<string, Record<string, ApiOperation>>;
  components?: { schemas?: Record<string, Schema> };
}

interface ApiOperation {
  operationId?: string;
  tags?: string[];
  summary?: string;
  description?: string;
  security?: object[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; example?: string | number }[];
  requestBody?: { content: Record<string, { schema?: Schema }> };
}

type Named = Readonly<Record<string, Schema>>;

/** The variable of the collection that stands for a parameter. */
const variableOf: Readonly<Record<string, string>> = {
  id: "jobId",
  request_id: "jobId",
  delivery: "deliveryId",
  file: "imageFile",
};

/** What is kept of an answer: in which variable, and where it stands. */
const kept: Readonly<Record<string, { variable: string; from: string }>> = {
  submitJob: { variable: "jobId", from: "id" },
  legacyUpload: { variable: "jobId", from: "request_id" },
  listImages: { variable: "imageFile", from: 'images[0].output.split("/").pop()' },
  listDeliveries: { variable: "deliveryId", from: "deliveries[0].id" },
};

export function makeCollection(document: ApiDocument) {
  const named: Named = document.components?.schemas ?? {};
  const folders = new Map<string, { name: string; item: ReturnType<typeof makeRequest>[] }>();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const name = operation.tags?.[0] ?? "Other";
      const folder = folders.get(name) ?? { name, item: [] };
      folders.set(name, folder);
      for (const body of bodiesOf(operation, named)) {
        folder.item.push(makeRequest(method.toUpperCase(), path, operation, body));
      }
    }
  }
  return {
    info: {
      name: document.info.title,
      description: document.info.description ?? "",
      schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    auth: bearer("apiKey"),
    variable: [
      { key: "baseUrl", value: document.servers[0]?.url ?? "" },
      ...["apiKey", "metricsToken", ...new Set(Object.values(variableOf))].map((key) => ({ key, value: "" })),
    ],
    item: [...folders.values()],
  };
}

interface Body {
  /** Behind the request's name, where an operation has several. */
  label: string;
  header: { key: string; value: string }[];
  body?: object;
}

function makeRequest(method: string, path: string, operation: ApiOperation, { label, header, body }: Body) {
  const parts = path.slice(1).split("/");
  const taken = (place: string) => (operation.parameters ?? []).filter((parameter) => parameter.in === place);
  // What is optional is there and switched off.
  const listed = (place: string) =>
    taken(place).map(({ name, required, description, example }) => ({
      key: name,
      value: valueOf(name, example),
      description: description ?? "",
      disabled: required !== true,
    }));
  const withColons = parts.map((part) => part.replace(/^\{(.+)\}$/, ":$1"));
  const keep = kept[operation.operationId ?? ""];
  return {
    name: (operation.summary ?? path) + label,
    ...(keep && { event: [keepScript(keep)] }),
    request: {
      method,
      description: operation.description ?? "",
      header: [...header, ...listed("header")],
      ...authOf(operation),
      ...(body && { body }),
      url: {
        raw: `{{baseUrl}}/${withColons.join("/")}`,
        host: ["{{baseUrl}}"],
        path: withColons,
        query: listed("query"),
        variable: taken("path").map(({ name, example }) => ({ key: name, value: valueOf(name, example) })),
      },
    },
  };
}

function bearer(variable: string) {
  return { type: "bearer", bearer: [{ key: "token", value: `{{${variable}}}`, type: "string" }] };
}

/** That of the collection, unless the operation is open or has a token of its own. */
function authOf({ security }: ApiOperation) {
  if (security?.length === 0) return { auth: { type: "noauth", bearer: [] } };
  return security?.some((one) => "MetricsToken" in one) ? { auth: bearer("metricsToken") } : {};
}

function valueOf(name: string, example: string | number | undefined): string {
  return variableOf[name] === undefined ? String(example ?? "") : `{{${variableOf[name]}}}`;
}

/** A script that runs behind the answer. A refusal holds nothing to keep, and an empty list neither. */
function keepScript({ variable, from }: { variable: string; from: string }) {
  const exec = [`try { pm.collectionVariables.set("${variable}", pm.response.json().${from}); } catch {}`];
  return { listen: "test", script: { type: "text/javascript", exec } };
}

/**
 * One for each type of body, and one without for an operation that takes none. A body that is a file and nothing else is
 * left out: the form takes the same file, and a client asks for that one.
 */
function bodiesOf({ requestBody }: ApiOperation, named: Named): Body[] {
  const all = Object.entries(requestBody?.content ?? {});
  const content = all.filter(([, { schema }]) => schema?.format !== "binary");
  if (content.length === 0) return [{ label: "", header: [] }];
  const label = (type: string) => (content.length === 1 ? "" : ` (${type})`);
  return content.map(([type, { schema = {} }]) => {
    // Its type has a boundary, which the client makes up with the body; the file is the caller's to choose.
    if (type === "multipart/form-data") {
      return { label: label("form"), header: [], body: { mode: "formdata", formdata: [fileField] } };
    }
    const sample = sampleOf(schema, named);
    const isJson = type === "application/json";
    const raw = isJson ? JSON.stringify(sample, null, 2) : String(sample);
    return {
      label: label(isJson ? "JSON" : "CSV"),
      header: [{ key: "Content-Type", value: type }],
      body: { mode: "raw", raw, options: { raw: { language: isJson ? "json" : "text" } } },
    };
  });
}

const fileField = { key: "file", type: "file", src: null };
