// What a download looks like when it is clearly no image: judged by its first bytes, the Content-Type only breaks ties.
// Pure. The answer is one of the phrases below and never a word of the page itself, which is somebody else's text.

export interface NotAnImage {
  /** Completes "What came is not an image but ...". */
  looksLike: string;
  /** A web page. Servers show one to a client they do not like and the image to another. */
  isPage: boolean;
}

/** As many first bytes as `looksLikeNoImage` makes use of. */
export const peekBytes = 16 * 1024;

/** JPEG, PNG and WebP, by bytes that no text begins with. */
const imageSignature = /^(?:\xff\xd8\xff|\x89PNG|RIFF[^]{4}WEBP)/;

const file = (looksLike: string): NotAnImage => ({ looksLike, isPage: false });
const page = (looksLike: string): NotAnImage => ({ looksLike, isPage: true });

/** Null when it may be an image; whether it is one, the codecs tell. */
export function looksLikeNoImage(bytes: Uint8Array, contentType: string | null, url: URL): NotAnImage | null {
  if (bytes.length === 0) return file("an empty file");
  // Nearly all that comes: for a small photo, to read its first 16 KB as text costs as much as to hash it.
  if (imageSignature.test(String.fromCharCode(...bytes.subarray(0, 12)))) return null;

  const text = decode(bytes);
  if (text.startsWith("%PDF-")) return file("a PDF");
  if (text.startsWith("PK\u0003\u0004")) return file("a ZIP archive or an office document");
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return file("a gzip archive");

  const start = text.replace(/^(?:\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)?\s*/, "").toLowerCase();
  const markup = withoutPreamble(start);
  if (markup.startsWith("<svg")) return null;
  if (isHtml(markup, contentType)) return page(describePage(markup, url));
  if (start.startsWith("<")) return file("XML");
  if (/^[{[]/.test(start) && isText(text)) return file("JSON");
  if (isTextType(contentType) && isText(text)) return file("plain text");
  return null;
}

/** About one character a byte; UTF-16 loses its zero bytes, so that its ASCII reads like any other. */
function decode(bytes: Uint8Array): string {
  const text = new TextDecoder("latin1").decode(bytes.subarray(0, peekBytes));
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return isUtf16 ? text.replaceAll("\0", "") : text;
}

/** Past what may stand before the root element: XML declaration, comments, white space. */
function withoutPreamble(start: string): string {
  let rest = start;
  for (;;) {
    const end = rest.startsWith("<?") ? rest.indexOf("?>") + 2 : rest.startsWith("<!--") ? rest.indexOf("-->") + 3 : 0;
    if (end < 3) break;
    rest = rest.slice(end).trimStart();
  }
  return rest.startsWith("<!doctype svg") ? rest.slice(Math.max(0, rest.indexOf("<svg"))) : rest;
}

function isHtml(markup: string, contentType: string | null): boolean {
  if (
    /^<(?:!doctype html|html|head|body|title|meta|script|style|link|div|p|h1|table|iframe|center|br)(?:[\s>/]|$)/.test(
      markup,
    )
  ) {
    return true;
  }
  return markup.startsWith("<") && /^(?:text\/html|application\/xhtml)/i.test(contentType?.trim() ?? "");
}

function describePage(markup: string, url: URL): string {
  const title = /<title[^>]{0,200}>([^<]{0,300})/.exec(markup)?.[1] ?? "";
  const host = url.hostname;
  const isDrive = host === "drive.google.com" || host === "drive.usercontent.google.com" || host === "docs.google.com";

  if (isDrive && /virus scan|uc-download-link|download-form/.test(markup)) return "a Google Drive virus-scan page";
  if (
    /captcha|cf-challenge|challenge-platform|just a moment|attention required|are you a (?:human|robot)/.test(markup)
  ) {
    return "a page that checks for robots";
  }
  if (
    host === "accounts.google.com" ||
    host === "login.microsoftonline.com" ||
    host === "login.live.com" ||
    /type\s*=\s*["']?password/.test(markup) ||
    /\b(?:log ?in|sign ?in|anmelden|einloggen|connexion|iniciar sesi)/.test(title)
  ) {
    return "a login page";
  }
  if (/\b404\b|not found|does(?:n't| not) exist|no longer available|nicht gefunden|introuvable/.test(title)) {
    return "a page that says not found";
  }
  if (/\b403\b|forbidden|access denied|unauthori[sz]ed|permission|\b401\b/.test(title)) {
    return "a page that denies access";
  }
  if (title.startsWith("index of /")) return "a directory listing";
  if (
    isDrive ||
    /(?:^|\.)(?:dropbox\.com|onedrive\.live\.com|1drv\.ms|sharepoint\.com|icloud\.com|wetransfer\.com)$/.test(host)
  ) {
    return "the preview page of a share link";
  }
  return "a web page";
}

/** No control characters but white space: an image has some in its first bytes. */
function isText(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return !/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text.slice(0, 512));
}

function isTextType(contentType: string | null): boolean {
  return /^(?:text\/|application\/(?:json|javascript|xml|problem))/i.test(contentType?.trim() ?? "");
}
