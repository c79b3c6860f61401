// From a JSON schema of OpenAPI to the smallest value that it describes: what is optional is left out.

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  example?: unknown;
  default?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

/** @param named the schemas that a `$ref` may name. @throws Error for one that gives no value away: it lacks an example. */
export function sampleOf(schema: Schema, named: Readonly<Record<string, Schema>>): unknown {
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.$ref !== undefined) return sampleOf(named[schema.$ref.replace(/^.*\//, "")] ?? {}, named);
  if (schema.anyOf?.[0] !== undefined) return sampleOf(schema.anyOf[0], named);
  if (schema.items !== undefined) return [sampleOf(schema.items, named)];
  if (schema.properties !== undefined) {
    const wanted = new Set(schema.required);
    return Object.fromEntries(
      Object.entries(schema.properties)
        .filter(([name]) => wanted.has(name))
        .map(([name, property]) => [name, sampleOf(property, named)]),
    );
  }
  throw new Error(`This schema needs an example: ${JSON.stringify(schema)}`);
}
