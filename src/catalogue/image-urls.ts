// One cell -> the texts of its image URLs. A separator splits only where a new `scheme://` begins, so that commas inside a
// URL survive. Linear in the cell, whatever it holds.
import { isInvisible, trimWhere } from "./cells.ts";

/** The URLs of a cell in order, as written; repeated ones stay. None when the cell holds nothing but separators. */
export function* splitImageUrls(cell: string): Generator<string> {
  const starts = findStarts(cell);
  if (starts[0] !== 0) starts.unshift(0);
  for (const [index, start] of starts.entries()) {
    const token = withoutClosingBracket(cell, trimWhere(cell.slice(start, starts[index + 1]), isWrapping));
    if (token !== "" && !isListBracket(token)) yield token;
  }
}

/** Whether a cell is a URL, or a list that begins with one. */
export function beginsWithUrl(cell: string): boolean {
  const token = trimWhere(cell.slice(0, 64), (code) => isWrapping(code) || isListBracket(String.fromCharCode(code)));
  return /^(?:[a-z][a-z0-9+.-]{0,30}:\/\/|www\.|data:)/i.test(token);
}

function findStarts(cell: string): number[] {
  const starts: number[] = [];
  for (let colon = cell.indexOf("://"); colon !== -1; colon = cell.indexOf("://", colon + 3)) {
    const start = startOfScheme(cell, colon);
    if (start !== null) starts.push(start);
  }
  // `data:` has no slashes; its own commas and semicolons belong to it.
  for (let data = cell.indexOf("data:"); data !== -1; data = cell.indexOf("data:", data + 5)) {
    if (beginsToken(cell, data)) starts.push(data);
  }
  return starts.sort((a, b) => a - b);
}

function startOfScheme(cell: string, colon: number): number | null {
  const longestScheme = 31;
  let start = colon;
  while (start > 0 && colon - start < longestScheme && isSchemeCharacter(cell.charCodeAt(start - 1))) start--;
  return start < colon && beginsToken(cell, start) ? start : null;
}

function beginsToken(cell: string, index: number): boolean {
  // A bracket inside a URL begins nothing: `/filters:watermark(https://…)/`.
  const before = isListBracket(cell.charAt(index - 1)) ? index - 1 : index;
  return before === 0 || isWrapping(cell.charCodeAt(before - 1));
}

function isSchemeCharacter(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2b ||
    code === 0x2d ||
    code === 0x2e
  );
}

const separatorsAndQuotes = new Set(Array.from(",;|\"'`´“”„‟‘’‚‛«»‹›″′", (character) => character.charCodeAt(0)));

/** What may stand around a URL in a list and is not part of it. */
function isWrapping(code: number): boolean {
  return isInvisible(code) || separatorsAndQuotes.has(code);
}

/** Lists as programs print them: `["…","…"]`, `{…,…}`, `(…)`, `<…>`. */
function isListBracket(text: string): boolean {
  return text === "[" || text === "{" || text === "(" || text === "<";
}

const closingBrackets: Readonly<Record<string, string>> = { "[": "]", "{": "}", "(": ")", "<": ">" };

/** Only where the cell opens with its partner: a URL may well end with `)`. */
function withoutClosingBracket(cell: string, token: string): string {
  const opening = trimWhere(cell.slice(0, 8), isWrapping).charAt(0);
  const closing = closingBrackets[opening];
  return closing !== undefined && token.endsWith(closing) ? trimWhere(token.slice(0, -1), isWrapping) : token;
}
