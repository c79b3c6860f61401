// @ts-check
// `/docs`: the API's own description, shown by Swagger UI, and below it every error code, to which `problem.type` leads.

/**
 * @typedef {{ (options: object): unknown, presets: { apis: unknown } }} SwaggerUi
 * @typedef {{ components: { schemas: { Problem: { properties: { code: {
 *   "x-enumDescriptions": Record<string, string> } } } } } }} Described
 */

const dark = matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followScheme);
followScheme();

const operations = document.querySelector("#operations");
show().catch(() => {
  operations?.replaceChildren("The description of the API could not be loaded. Reload the page to try again.");
});

async function show() {
  const response = await fetch("/openapi.json");
  if (!response.ok) throw new Error(`status ${response.status}`);
  /** @type {Described} */
  const spec = await response.json();
  listCodes(spec.components.schemas.Problem.properties.code["x-enumDescriptions"]);
  /** @type {SwaggerUi} */
  const swaggerUi = Reflect.get(globalThis, "SwaggerUIBundle");
  swaggerUi({
    domNode: operations,
    spec,
    presets: [swaggerUi.presets.apis],
    defaultModelsExpandDepth: 0,
    // Its badge would be fetched from another host.
    validatorUrl: null,
    // Only now do the codes stand where they stay.
    onComplete: goToCode,
  });
}

/** @param {Record<string, string>} codes */
function listCodes(codes) {
  for (const [code, sentence] of Object.entries(codes)) {
    const term = document.createElement("dt");
    term.id = code;
    const link = document.createElement("a");
    link.href = `#${code}`;
    link.textContent = code;
    term.append(link);
    const meaning = document.createElement("dd");
    meaning.textContent = sentence;
    document.querySelector("#error-codes")?.append(term, meaning);
  }
}

function goToCode() {
  const name = location.hash.slice(1);
  if (name === "") return;
  // Anew, so that `:target` holds for what was not there when the page was loaded.
  location.replace(`#${name}`);
  document.getElementById(name)?.scrollIntoView();
}
