import { describe, expect, test } from "vitest";
import { looksLikeNoImage, peekBytes } from "../../src/net/page-kind.ts";
import { picture } from "../support/misbehaving-hosts.ts";

const shop = "https://shop.example/a.jpg";

function judge(
  start: string | Uint8Array,
  { contentType = null, url = shop }: { contentType?: string | null; url?: string } = {},
) {
  const bytes = typeof start === "string" ? new TextEncoder().encode(start) : start;
  return looksLikeNoImage(bytes, contentType, new URL(url));
}

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * text.length + 2));
  [0xfeff, ...Array.from(text, (character) => character.charCodeAt(0))].forEach((unit, i) =>
    view.setUint16(2 * i, unit, littleEndian),
  );
  return new Uint8Array(view.buffer);
}

describe("looksLikeNoImage", () => {
  test.each([
    ["JPEG", "\u00ff\u00d8\u00ff"],
    ["PNG", "\u0089PNG"],
    ["WebP", "RIFF\u0010\u0000\u0000\u0000WEBP"],
  ])("takes the signature of a %s for an image whatever follows and whatever is said of it", (_name, signature) => {
    expect(judge(latin1(`${signature}<html>`), { contentType: "text/html" })).toBeNull();
  });

  test("takes a file that is cut within its signature for what it is said to be", () => {
    expect(judge("RIFF is a text", { contentType: "text/plain" })).toMatchObject({ looksLike: "plain text" });
  });

  test.each([
    ["a login page", '<html><body><form><input name=p type="password"></form>'],
    ["a login page", "<!doctype html><html><head><title>Sign in - Google Accounts</title>"],
    ["a login page", "<html><title lang=de>Anmelden | Shop</title>"],
    ["a page that checks for robots", "<!DOCTYPE html><title>Just a moment...</title>"],
    ["a page that checks for robots", '<html><body><div class="g-recaptcha"></div>'],
    ["a page that says not found", "<html><head><title>404 Not Found</title>"],
    ["a page that says not found", "<HTML><HEAD><TITLE>Page not found - Shop</TITLE>"],
    ["a page that denies access", "<html><title>Access Denied</title>"],
    ["a page that denies access", "<html><head><title>403 Forbidden</title></head>"],
    ["a directory listing", "<html><head><title>Index of /images</title>"],
    ["a web page", "<html><title>Blue shoes</title>"],
    ["a web page", "   \r\n\t<!-- built 2026 --> <!DOCTYPE html>"],
    ["a web page", '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0">'],
    ["a web page", "<script>location='/x'</script>"],
    ["a web page", "<meta http-equiv=refresh content=0>"],
    ["a web page", "\ufeff<html>"],
  ])("finds %s in %j", (looksLike, html) => {
    expect(judge(html)).toEqual({ looksLike, isPage: true });
  });

  test.each([
    ["an empty file", ""],
    ["a PDF", "%PDF-1.7\n"],
    ["a ZIP archive or an office document", "PK\u0003\u0004\u0014"],
    ["XML", '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'],
    ["XML", "<rss></rss>"],
    ["JSON", '{"error":"not found"}'],
    ["JSON", '\n[{"a":1}]'],
  ])("finds %s in %j", (looksLike, text) => {
    expect(judge(text)).toEqual({ looksLike, isPage: false });
  });

  test("finds a gzip archive", () => {
    expect(judge(latin1("\u001f\u008b\u0008\u0000"))?.looksLike).toBe("a gzip archive");
  });

  test.each([true, false])("reads UTF-16, little endian: %s", (littleEndian) => {
    expect(judge(utf16("<html><title>Log in</title>", littleEndian))?.looksLike).toBe("a login page");
  });

  test.each([
    [
      "https://drive.usercontent.google.com/download?id=1",
      "a Google Drive virus-scan page",
      '<form id="download-form">',
    ],
    [
      "https://drive.google.com/file/d/1/view",
      "the preview page of a share link",
      "<title>shoe.jpg - Google Drive</title>",
    ],
    ["https://accounts.google.com/v3/signin", "a login page", "<title>Google Drive</title>"],
    ["https://www.dropbox.com/s/1/a.jpg", "the preview page of a share link", "<title>Dropbox - a.jpg</title>"],
    ["https://acme.sharepoint.com/a", "the preview page of a share link", "<title>a.jpg</title>"],
    ["https://notdropbox.com/s/1/a.jpg", "a web page", "<title>Dropbox - a.jpg</title>"],
  ])("knows the pages of %s", (url, looksLike, html) => {
    expect(judge(`<!doctype html><html><head>${html}`, { url })?.looksLike).toBe(looksLike);
  });

  test("lets the Content-Type decide only what the bytes leave open", () => {
    expect(judge("<p-custom>", { contentType: "text/html; charset=utf-8" })?.looksLike).toBe("a web page");
    expect(judge("<p-custom>")?.looksLike).toBe("XML");
    expect(judge("no such image", { contentType: "text/plain" })?.looksLike).toBe("plain text");
    expect(judge("no such image")).toBeNull();
    expect(judge(picture, { contentType: "text/html" })).toBeNull();
    expect(judge(picture, { contentType: "application/json" })).toBeNull();
  });

  test.each([
    ["a JPEG", picture],
    ["a PNG", latin1("\u0089PNG\r\n\u001a\n\0\0\0\rIHDR")],
    ["a WebP", latin1("RIFF\u0010\0\0\0WEBPVP8 ")],
    ["a GIF", latin1("GIF89a\u0001\0\u0001\0")],
    ["a TIFF", latin1("II*\0\u0008\0\0\0")],
    ["an AVIF", latin1("\0\0\0\u0020ftypavif")],
    ["a BMP", latin1("BM\u0036\0\0\0")],
    ["an SVG", latin1('<svg xmlns="http://www.w3.org/2000/svg">')],
    [
      "an SVG with all that may stand before",
      latin1('<?xml version="1.0"?>\n<!-- a --><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">\n<svg>'),
    ],
    ["binary that begins with a brace", latin1("{\0\u0001\u0002")],
    ["a single byte", latin1("x")],
  ])("leaves %s to the codecs", (_name, bytes) => {
    expect(judge(bytes)).toBeNull();
  });

  test("never repeats a word of the page", () => {
    const secret = "kx7-internal-hostname";
    const page = judge(`<html><title>${secret} not found</title><body>${secret}`);
    expect(JSON.stringify(page)).not.toContain(secret);
  });

  test("comes to an end on hostile starts", () => {
    for (const unit of [
      "<?",
      "<!--",
      "<!---->",
      "<?>",
      " ",
      "<",
      "<title>",
      "\u00ef\u00bb\u00bf",
      "[",
      "<!doctype svg",
    ]) {
      expect(() => judge(unit.repeat(peekBytes))).not.toThrow();
    }
  });
});
