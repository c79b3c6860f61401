// @ts-check
// What this server can do, read from its own description: an option it does not know is never shown.

/**
 * @typedef {object} Offers
 * @property {ReadonlyMap<string, string[]>} options names of a job's options, with the values of those that are a choice
 * @property {boolean} outputJson
 */

/** @type {Promise<Offers> | null} */
let asked = null;

/** Asks once; where it cannot be read, the server offers what every Halftone has. */
export function readOffers() {
  asked ??= ask().catch(() => {
    asked = null;
    return { options: new Map(), outputJson: false };
  });
  return asked;
}

/** @returns {Promise<Offers>} */
async function ask() {
  const response = await fetch("/openapi.json");
  const { paths } = await response.json();
  const form = paths["/v1/jobs"]?.post?.requestBody?.content?.["multipart/form-data"]?.schema?.properties ?? {};
  return {
    options: new Map(Object.entries(form).map(([name, schema]) => [name, valuesOf(schema)])),
    outputJson: paths["/v1/jobs/{id}/output.json"] !== undefined,
  };
}

/**
 * @param {unknown} schema
 * @returns {string[]}
 */
function valuesOf(schema) {
  if (typeof schema !== "object" || schema === null || !("enum" in schema) || !Array.isArray(schema.enum)) return [];
  return schema.enum.map(String);
}
