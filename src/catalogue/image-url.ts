// The text of one URL -> an absolute http(s) URL, normalised, or why it is none.
import { shorten } from "./cells.ts";

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

/** Whether a text ends as image files do, a query left aside. */
export function endsAsImage(text: string): boolean {
  const query = text.indexOf("?");
  const path = (query === -1 ? text : text.slice(0, query)).slice(-6);
  return /\.(?:jpe?g|jfif|png|webp|gif|avif|bmp|tiff?|svg|heic|jxl)$/i.test(path);
}

/** Takes the text as `splitImageUrls` gives it. */
export function readImageUrl(text: string): ImageUrl {
  const url = /^https?:\/\//i.test(text) && text.length <= maxUrlCharacters ? URL.parse(text)?.href : undefined;
  if (url !== undefined && url.length <= maxUrlCharacters) {
    return { url, text, reason: null, looksJoined: looksJoined(text) };
  }
  return { url: unfetchable(text), text, reason: reasonAgainst(text, url), looksJoined: false };
}

/** An invalid URL keeps its own place as an image; neither its beginning nor a lenient parser may turn it into a valid one. */
function unfetchable(text: string): string {
  const keptCharacters = 300;
  if (text.length > keptCharacters) return `not a URL: ${shorten(text, keptCharacters)}`;
  // What has its `//` was parsed already and failed; `https:/a.example` never was, and would pass.
  const passes = !/^https?:\/\//i.test(text) && /^https?:$/.test(URL.parse(text)?.protocol ?? "");
  return passes ? `not a URL: ${text}` : text.toWellFormed();
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
