// An upload as JSON: `{products: [{serial, name, urls: […]}], …options}`. Its shape is checked here, its values where
// those of a CSV are. Bounded: a hostile body costs its own size and a thousand complaints.

import { z } from "@hono/zod-openapi";
import { columnLetters, shorten, trimInvisible } from "../catalogue/cells.ts";
import { Findings } from "../catalogue/findings.ts";
import { pathOf } from "../catalogue/listed-products.ts";
import type { ListedProduct } from "../catalogue/listed-products.ts";
import { Problem } from "../errors.ts";
import { optionNames } from "./job-options.ts";

export interface JsonUpload {
  products: ListedProduct[];
  options: Map<string, string>;
}

/** The largest job has two a product and 100,000 products; each costs some 50 bytes once it is parsed, 25 times its text. */
const maxBrackets = 500_000;

/** What is missing is empty, and told of as an empty cell is. */
const product = z.strictObject({
  serial: z.union([z.string(), z.int().min(0)]).nullish(),
  name: z.string().nullish(),
  urls: z.array(z.unknown()).nullish(),
});

const expected: Readonly<Record<string, string>> = {
  serial: "must be a text or a whole number",
  name: "must be a text",
  urls: "must be a list of texts",
};
const columnOf: Readonly<Record<string, number>> = { serial: 0, name: 1, urls: 2 };

/** @throws Problem 400 `malformed_json`, or `invalid_json` for another shape, with all of its faults in `errors`. */
export function readJsonUpload(body: Uint8Array): JsonUpload {
  const { products, ...options } = readObject(parse(body));
  if (!Array.isArray(products)) throw invalidJson("`products` must be a list of `{serial, name, urls}`.");
  if (products.length === 0) throw invalidJson("`products` is empty. List at least one.");
  const faults = new Findings();
  const listed = products.map((value: unknown, index) => readProduct(value, index + 2, faults));
  if (faults.total > 0) {
    throw new Problem({
      status: 400,
      code: "invalid_json",
      detail: faults.list[0]?.message ?? "",
      errors: faults.list,
      errorsTotal: faults.total,
    });
  }
  return { products: listed, options: readOptions(options) };
}

function parse(body: Uint8Array): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(body);
    if (countBrackets(text) <= maxBrackets) return JSON.parse(text);
  } catch {
    throw new Problem({
      status: 400,
      code: "malformed_json",
      detail: "The body is not JSON in UTF-8. Check its quotes, commas and brackets.",
    });
  }
  throw invalidJson("The JSON has more lists and objects than the largest job needs. Split it into several uploads.");
}

function countBrackets(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) count++;
  }
  return count;
}

function readObject(value: unknown): Record<string, unknown> {
  const parsed = z.record(z.string(), z.unknown()).safeParse(value);
  if (!parsed.success) throw invalidJson("Send an object: `{products: [{serial, name, urls}], …options}`.");
  return parsed.data;
}

function readProduct(value: unknown, row: number, faults: Findings): ListedProduct {
  const add = (member: string | null, item: number | null, message: string) => {
    const column = member === null ? null : (columnOf[member] ?? null);
    const path = column === null ? `products[${row - 2}]` : pathOf(row, column, item);
    const letters = column === null ? null : columnLetters(column);
    const fault = { row, column: letters, path, code: "invalid_type", message: `${path}: ${message}.`, value: null };
    faults.add(() => fault);
  };
  const parsed = product.safeParse(value);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const member = String(issue.path[0] ?? "");
      if (issue.code === "unrecognized_keys") {
        add(null, null, `has no member "${shorten(issue.keys[0] ?? "", 40)}"; those known are serial, name and urls`);
      } else {
        add(member in expected ? member : null, null, expected[member] ?? "must be an object `{serial, name, urls}`");
      }
    }
    return { serial: "", name: "", urls: [] };
  }
  const { serial, name, urls } = parsed.data;
  const texts: string[] = [];
  for (const [item, url] of (urls ?? []).entries()) {
    if (typeof url === "string") texts.push(trimInvisible(url));
    else add("urls", item, "must be a text");
  }
  return { serial: String(serial ?? ""), name: name ?? "", urls: texts };
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const option = z.union([scalar, z.array(z.string()).transform((texts) => texts.join()), z.null().transform(() => "")]);

/** As the fields of a form: what they may be is checked there for all. A list stands for its texts with commas between. */
function readOptions(members: Record<string, unknown>): Map<string, string> {
  const options = new Map<string, string>();
  for (const [name, value] of Object.entries(members)) {
    if (!optionNames.includes(name)) {
      throw invalidJson(`There is no option \`${shorten(name, 40)}\`. Those known are ${optionNames.join(", ")}.`);
    }
    const parsed = option.safeParse(value);
    if (!parsed.success) throw invalidJson(`\`${name}\` must be a text, a number or a list of texts.`);
    options.set(name, parsed.data);
  }
  return options;
}

function invalidJson(detail: string): Problem {
  return new Problem({ status: 400, code: "invalid_json", detail });
}
