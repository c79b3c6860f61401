// @ts-check
// What the check found: the counts, the first rows with every problem at its cell, and the list of all problems.

import { button, byId, element, setText } from "../element.js";
import { counted, formatCount } from "../locale.js";

/** @import { CellProblem, Report } from "../../wire.ts" */
/** @import { Check } from "./check.js" */

/** More are one click away. */
const problemsShownFirst = 20;

/** @param {Check} check */
export function showCheck(check) {
  const place = byId("check", HTMLElement);
  place.dataset["state"] = check.state;
  place.setAttribute("aria-busy", String(check.state === "checking"));
  setText(byId("check-words", HTMLElement), wordsFor(check));
  const report = check.state === "checked" ? check.report : null;
  byId("check-facts", HTMLElement).replaceChildren(...describeFacts(report));
  byId("preview", HTMLElement).replaceChildren(report === null ? placeholder() : previewTable(report));
  byId("check-problems", HTMLElement).replaceChildren(...listProblems(check));
}

/** @param {Check} check */
function wordsFor(check) {
  switch (check.state) {
    case "empty":
      return "The first rows show here, and every problem at its cell. Nothing is fetched yet.";
    case "checking":
      return "Reading the catalogue …";
    case "unknown":
      return "This server does not check before the upload. What is wrong shows in the job.";
    case "refused":
    case "failed":
      return check.message;
    case "checked":
      if (!check.report.acceptable) return "This catalogue cannot be used yet.";
      if (check.report.problems_total === 0) return "All good. Nothing is fetched yet.";
      return `It can be used. ${counted(check.report.problems_total, "place needs", "places need")} a look.`;
  }
}

/** @param {Report | null} report */
function describeFacts(report) {
  /** @type {[string, number | undefined][]} */
  const facts = [
    ["Products", report?.products],
    ["Image addresses", report?.images_total],
    ["Different images", report?.images_distinct],
    ["Problems", report?.problems_total],
  ];
  return facts.map(([name, number]) =>
    element(
      "div",
      { class: name === "Problems" && (number ?? 0) > 0 ? "fact is-bad" : "fact" },
      element("dt", {}, name),
      element("dd", {}, number === undefined ? "–" : formatCount(number)),
    ),
  );
}

/** Keeps the room of the table, so that nothing moves when it comes. */
function placeholder() {
  const bars = Array.from({ length: 5 }, () => element("div", { class: "bar" }));
  return element("div", { class: "bars", "aria-hidden": true }, ...bars);
}

/** @param {Report} report */
function previewTable(report) {
  /** @param {string} meaning */
  const columnOf = (meaning) => report.columns.find((column) => column.meaning === meaning);
  const columns = [columnOf("serial"), columnOf("name"), columnOf("urls")];
  const head = element("tr", {}, element("th", { scope: "col" }, "Row"));
  for (const [index, column] of columns.entries()) {
    const title = column?.header ?? ["S. No.", "Product Name", "Input Image Urls"][index] ?? "";
    const letter = column === undefined ? null : element("span", { class: "letter" }, column.letter);
    head.append(element("th", { scope: "col" }, letter, title));
  }
  const body = element("tbody");
  for (const { row, serial, name, urls } of report.preview) {
    const problems = report.problems.filter((problem) => problem.row === row);
    const cells = [serial, name, urls.join("\n")].map((text, index) =>
      previewCell(
        text,
        problems.filter(({ column }) => column !== null && column === columns[index]?.letter),
      ),
    );
    body.append(element("tr", {}, element("th", { scope: "row" }, formatCount(row)), ...cells));
  }
  return element("table", {}, element("thead", {}, head), body);
}

/** @param {string} text @param {CellProblem[]} problems */
function previewCell(text, problems) {
  const lines = text.split("\n");
  const shown = element("div", { class: "cell-text", title: text }, lines.slice(0, 3).join("\n") || "empty");
  if (text === "") shown.classList.add("is-empty");
  const more = lines.length > 3 ? element("div", { class: "hint" }, `and ${formatCount(lines.length - 3)} more`) : null;
  const marks = problems.map((problem) => element("div", { class: "mark" }, withoutPlace(problem.message)));
  return element("td", { class: problems.length > 0 ? "is-bad" : null }, shown, more, ...marks);
}

/** At the cell itself, `C3 ("Input Image Urls"): …` has been said. @param {string} message */
function withoutPlace(message) {
  const rest = message.replace(/^.{0,80}?: (?=\S)/, "");
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** @param {Check} check @returns {HTMLElement[]} */
function listProblems(check) {
  if (check.state === "failed") return [button("Try again", check.again)];
  const problems = check.state === "refused" ? check.problems : check.state === "checked" ? check.report.problems : [];
  if (problems.length === 0) return [];
  const total = check.state === "checked" ? check.report.problems_total : problems.length;
  const list = element("ol", { class: "problem-list" }, ...problems.slice(0, problemsShownFirst).map(describeProblem));
  /** @type {HTMLElement[]} */
  const parts = [element("h3", {}, counted(total, "place to look at", "places to look at")), list];
  if (problems.length > problemsShownFirst) {
    const more = button(`Show ${formatCount(problems.length)}`, () => {
      list.append(...problems.slice(problemsShownFirst).map(describeProblem));
      more.remove();
    });
    parts.push(more);
  }
  return parts;
}

/** @param {CellProblem} problem */
function describeProblem({ row, column, code, message }) {
  const place = column === null ? `Row ${row}` : `${column}${row}`;
  return element(
    "li",
    {},
    element("span", { class: "place" }, place),
    element("span", { class: "problem-text" }, message, " ", element("code", {}, code)),
  );
}
