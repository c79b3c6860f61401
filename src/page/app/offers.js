// @ts-check
// What this server can do, read from its own description: an option it does not know is never shown.

/**
 * @typedef {object} Offers
 * @property {ReadonlyMap<string, string[]>} options names of a job's options that leave a choice, with the values to
 *   choose from where they are listed
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
  /** @type {Record<string, { enum?: string[], minimum?: number, maximum?: number }>} */
  const form = paths["/v1/jobs"]?.post?.requestBody?.content?.["multipart/form-data"]?.schema?.properties ?? {};
  return {
    options: new Map(
      Object.entries(form)
        .filter(([, schema]) => leavesChoice(schema))
        .map(([name, { enum: values }]) => [name, values ?? []]),
    ),
    outputJson: paths["/v1/jobs/{id}/output.json"] !== undefined,
  };
}

/** What may have one value only is not offered. @param {{ enum?: string[], minimum?: number, maximum?: number }} schema */
function leavesChoice({ enum: values, minimum, maximum }) {
  if (values !== undefined) return values.length > 1;
  return minimum === undefined || minimum !== maximum;
}
