// @ts-check
// What the check found: the counts, the first rows with every problem at its cell, and the list of all problems.

import { button, byId, element, setText } from "../element.js";
import { counted, formatCount } from "../locale.js";
import { describeProblem, withoutPlace } from "../problems.js";

/** @import { CellProblem, Report } from "../../wire.ts" */
/** @import { Check } from "./check.js" */

/** More are one click away. */
const shownFirst = 20;
const urlsShown = 4;

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
    case "failed":
      return check.message;
    case "checked":
      if (check.report.problem !== null) return check.report.problem.detail;
      if (check.report.problems_total === 0) return "It can be used as it is. Nothing is fetched yet.";
      return "It can be used. What has a problem will be left out.";
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
  if (report.preview.length === 0) return placeholder();
  const columns = /** @type {const} */ (["serial", "name", "urls"]).map((meaning) =>
    report.columns.find((column) => column.meaning === meaning),
  );
  const head = element("tr", {}, element("th", { scope: "col" }, "Row"));
  for (const [index, column] of columns.entries()) {
    const title = column?.header ?? ["S. No.", "Product Name", "Input Image Urls"][index] ?? "";
    const letter = column === undefined ? null : element("span", { class: "letter" }, column.letter);
    head.append(element("th", { scope: "col" }, letter, title));
  }
  const body = element("tbody");
  for (const { row, serial, name, urls, urls_total: total } of report.preview) {
    const marksOf = (/** @type {number} */ index) => {
      const isHere = (/** @type {CellProblem} */ found) => found.row === row && found.column === columns[index]?.letter;
      return { problems: report.problems.filter(isHere), warnings: report.warnings.filter(isHere) };
    };
    const shownUrls = urls.slice(0, urlsShown);
    const hidden = total - shownUrls.length;
    body.append(
      element(
        "tr",
        {},
        element("th", { scope: "row" }, formatCount(row)),
        previewCell([serial], 0, marksOf(0)),
        previewCell([name], 0, marksOf(1)),
        previewCell(shownUrls, hidden, marksOf(2)),
      ),
    );
  }
  return element("table", {}, element("thead", {}, head), body);
}

/**
 * @param {string[]} lines
 * @param {number} hidden lines that are not shown
 * @param {{ problems: CellProblem[], warnings: CellProblem[] }} marks
 */
function previewCell(lines, hidden, { problems, warnings }) {
  const texts = lines.map((line) => element("div", { class: "cell-text", title: line }, line));
  const isEmpty = lines.every((line) => line.trim() === "");
  const kind = problems.length > 0 ? "is-bad" : warnings.length > 0 ? "is-noted" : null;
  return element(
    "td",
    { class: kind },
    ...(isEmpty ? [element("div", { class: "cell-text is-empty" }, "empty")] : texts),
    hidden > 0 ? element("div", { class: "hint" }, `and ${formatCount(hidden)} more`) : null,
    ...[...problems, ...warnings].map(({ message }) => element("div", { class: "mark" }, withoutPlace(message))),
  );
}

/** @param {Check} check @returns {HTMLElement[]} */
function listProblems(check) {
  if (check.state === "failed") return [button("Try again", check.again)];
  if (check.state !== "checked") return [];
  const { problems, problems_total: problemsTotal, warnings, warnings_total: warningsTotal } = check.report;
  return [
    ...listFound(counted(problemsTotal, "problem"), problems, "problem"),
    ...listFound(counted(warningsTotal, "note"), warnings, "note"),
  ];
}

/** @param {string} title @param {CellProblem[]} found @param {string} kind */
function listFound(title, found, kind) {
  if (found.length === 0) return [];
  const list = element(
    "ol",
    { class: "problem-list", "data-kind": kind, tabindex: 0, "aria-label": title },
    ...found.slice(0, shownFirst).map(describeProblem),
  );
  const more = button(`Show ${formatCount(found.length)}`, () => {
    list.append(...found.slice(shownFirst).map(describeProblem));
    more.remove();
  });
  return [element("h3", {}, title), list, ...(found.length > shownFirst ? [more] : [])];
}
