// One cell -> its image URLs. A separator splits only where a new `scheme://` begins, so that commas inside a URL survive.
// Linear in the cell, whatever it holds.
import { isInvisible, shorten, trimWhere } from "./cells.ts";

/** Longer ones are refused by servers, and by the fetch of the platform (16 KB). */
export const maxUrlCharacters = 8192;

export type ImageUrl =
  | {
      /** Normalised as WHATWG URL does: escaped, punycode host, `%XX` kept. */
      url: string;
      /** The text in the cell. */
      text: string;
      reason: null;
      /** What stands behind a separator in it looks like another image that was written without `https://`. */
      looksJoined: boolean;
    }
  | {
      /** The text, shortened; never a URL that could be fetched. */
      url: string;
      text: string;
      /** Why it is no absolute http(s) URL; a clause without its full stop. */
      reason: string;
      looksJoined: false;
    };

/** The URLs of a cell in order; repeated ones stay. None when the cell holds nothing but separators. */
export function* splitImageUrls(cell: string): Generator<ImageUrl> {
  const starts = findStarts(cell);
  if (starts[0] !== 0) starts.unshift(0);
  for (const [index, start] of starts.entries()) {
    const token = withoutClosingBracket(cell, trimWhere(cell.slice(start, starts[index + 1]), isWrapping));
    if (token !== "" && !isListBracket(token)) yield readUrl(token);
  }
}

/** Whether a cell is a URL, or a list that begins with one. */
export function beginsWithUrl(cell: string): boolean {
  const token = trimWhere(cell.slice(0, 64), isWrapping);
  return /^(?:[a-z][a-z0-9+.-]{0,30}:\/\/|www\.|data:)/i.test(token);
}

/** Whether a text ends as image files do, a query left aside. */
export function endsAsImage(text: string): boolean {
  const query = text.indexOf("?");
  const path = (query === -1 ? text : text.slice(0, query)).slice(-6);
  return /\.(?:jpe?g|jfif|png|webp|gif|avif|bmp|tiff?|svg|heic)$/i.test(path);
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
  return index === 0 || isWrapping(cell.charCodeAt(index - 1)) || isListBracket(cell.charAt(index - 1));
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

function readUrl(text: string): ImageUrl {
  const url = /^https?:\/\//i.test(text) && text.length <= maxUrlCharacters ? URL.parse(text)?.href : undefined;
  if (url !== undefined && url.length <= maxUrlCharacters) {
    return { url, text, reason: null, looksJoined: looksJoined(text) };
  }
  return { url: unfetchable(text), text, reason: reasonAgainst(text, url), looksJoined: false };
}

/** An invalid URL keeps its own place as an image; neither its beginning nor a lenient parser may turn it into a valid one. */
function unfetchable(text: string): string {
  const keptCharacters = 300;
  const isSafe = text.length <= keptCharacters && !/^https?:/i.test(URL.parse(text)?.protocol ?? "");
  return isSafe ? text.toWellFormed() : `not a URL: ${shorten(text, keptCharacters)}`;
}

function reasonAgainst(text: string, url: string | undefined): string {
  if (/^data:/i.test(text)) return "it holds the image itself; put the file on a web server and link it";
  const scheme = /^([a-z][a-z0-9+.-]{0,30}):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return "it does not begin with https:// or http://";
  if (scheme !== "http" && scheme !== "https") return `${scheme}:// is not fetched; use https:// or http://`;
  if (text.length > maxUrlCharacters || url !== undefined) return `it is longer than ${maxUrlCharacters} characters`;
  return "its host or port cannot be read";
}

function looksJoined(text: string): boolean {
  if (!/[,;|\s]/.test(text)) return false;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (!/[,;|\s]/.test(text.charAt(at))) continue;
    if (endsAsImage(text.slice(from, at)) || /^[,;|\s]\s{0,8}(?:www\.|\/\/)/i.test(text.slice(at, at + 16)))
      return true;
    from = at + 1;
  }
  return false;
}
