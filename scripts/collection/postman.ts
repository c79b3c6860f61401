// From an OpenAPI document to a Postman collection (format 2.1): a folder a tag, a request an operation.

export interface ApiDocument {
  info: { title: string; description?: string };
  servers: { url: string }[];
  paths: Record<string, Record<string, ApiOperation>>;
}

interface ApiOperation {
  tags?: string[];
  summary?: string;
  description?: string;
  security?: unknown[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; example?: string | number }[];
  requestBody?: { content: Record<string, unknown> };
}

export function makeCollection(document: ApiDocument) {
  const folders = new Map<string, { name: string; item: ReturnType<typeof makeRequest>[] }>();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const name = operation.tags?.[0] ?? "Other";
      const folder = folders.get(name) ?? { name, item: [] };
      folders.set(name, folder);
      folder.item.push(makeRequest(method.toUpperCase(), path, operation));
    }
  }
  return {
    info: {
      name: document.info.title,
      description: document.info.description ?? "",
      schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    auth: { type: "bearer", bearer: [{ key: "token", value: "{{apiKey}}", type: "string" }] },
    variable: [
      { key: "baseUrl", value: document.servers[0]?.url ?? "" },
      { key: "apiKey", value: "" },
    ],
    item: [...folders.values()],
  };
}

function makeRequest(method: string, path: string, operation: ApiOperation) {
  const parts = path.slice(1).split("/");
  const taken = (place: string) => (operation.parameters ?? []).filter((parameter) => parameter.in === place);
  // What is optional is there and switched off.
  const listed = (place: string) =>
    taken(place).map(({ name, required, description, example }) => ({
      key: name,
      value: String(example ?? ""),
      description: description ?? "",
      disabled: required !== true,
    }));
  const withColons = parts.map((part) => part.replace(/^\{(.+)\}$/, ":$1"));
  return {
    name: operation.summary ?? path,
    request: {
      method,
      description: operation.description ?? "",
      header: listed("header"),
      ...(operation.security?.length === 0 && { auth: { type: "noauth" } }),
      ...bodyOf(operation),
      url: {
        raw: `{{baseUrl}}/${withColons.join("/")}`,
        host: ["{{baseUrl}}"],
        path: withColons,
        query: listed("query"),
        variable: taken("path").map(({ name, example }) => ({ key: name, value: String(example ?? "") })),
      },
    },
  };
}

function bodyOf({ requestBody }: ApiOperation) {
  const types = Object.keys(requestBody?.content ?? {});
  if (types.includes("multipart/form-data")) {
    return { body: { mode: "formdata", formdata: [{ key: "file", type: "file", src: null }] } };
  }
  if (types.includes("application/json")) {
    return { body: { mode: "raw", raw: "{}", options: { raw: { language: "json" } } } };
  }
  return {};
}
