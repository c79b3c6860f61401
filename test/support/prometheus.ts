// Reads the text format of Prometheus 0.0.4 and takes nothing that a scraper might stumble over.

const nameForm = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const sampleForm = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?)|NaN|[+-]Inf)$/;
const labelForm = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;

/** Values by series, `name{label="value"}`, labels in the order they came. @throws on anything that is not the format. */
export function parsePrometheus(text: string): Map<string, number> {
  if (!text.endsWith("\n")) throw new Error("The last line has no end.");
  const samples = new Map<string, number>();
  const finished = new Set<string>();
  let family = { name: "", helped: false, type: "" };
  for (const line of text.slice(0, -1).split("\n")) {
    const [, word, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (word !== undefined) {
      if (!nameForm.test(name)) throw new Error(`This is no name: ${line}`);
      if (word === "HELP") {
        if (name === family.name || finished.has(name)) throw new Error(`A second HELP: ${line}`);
        finished.add(family.name);
        family = { name, helped: true, type: "" };
      } else {
        if (name !== family.name || !family.helped) throw new Error(`A TYPE without its HELP: ${line}`);
        if (family.type !== "") throw new Error(`A second TYPE: ${line}`);
        if (rest !== "counter" && rest !== "gauge") throw new Error(`This is no type: ${line}`);
        family.type = rest;
      }
      continue;
    }
    const [, series = "", labels = "", value] = sampleForm.exec(line) ?? [];
    if (value === undefined) throw new Error(`This is no sample: ${line}`);
    if (series !== family.name || family.type === "") throw new Error(`A sample outside its family: ${line}`);
    checkLabels(labels, line);
    if (family.type === "counter" && (!series.endsWith("_total") || Number(value) < 0)) {
      throw new Error(`This is no counter: ${line}`);
    }
    const key = line.slice(0, line.lastIndexOf(" "));
    if (samples.has(key)) throw new Error(`A second sample of one series: ${line}`);
    samples.set(key, Number(value));
  }
  return samples;
}

function checkLabels(labels: string, line: string): void {
  const seen = new Set<string>();
  let rest = labels;
  while (rest !== "") {
    const [whole, name = ""] = labelForm.exec(rest) ?? [];
    if (whole === undefined || seen.has(name)) throw new Error(`These are no labels: ${line}`);
    seen.add(name);
    rest = rest.slice(whole.length);
  }
}
