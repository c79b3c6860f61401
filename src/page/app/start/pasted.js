// @ts-check
// Pasted text -> a CSV. Pure. A table goes to the server as it is; a bare list of addresses gets a header and names.

/** Three products with made-up shops, to show how a catalogue looks. */
export const exampleCsv = `S. No.,Product Name,Input Image Urls
1,"Stoneware Mug, Speckled Sage","https://shop.example/mug.jpg,https://shop.example/mug-glaze.jpg"
2,Brass Table Lamp,https://shop.example/lamp.png
3,Glass Carafe,shop.example/carafe.webp
`;

/** @param {string} text */
export function toCsv(text) {
  const urls = readUrlList(text);
  if (urls === null) return text;
  const rows = urls.map((url, index) => `${index + 1},${quote(nameFrom(url))},${quote(url)}`);
  return `S. No.,Product Name,Input Image Urls\r\n${rows.join("\r\n")}\r\n`;
}

/**
 * The addresses when the text is nothing but addresses, one or more a line.
 * @param {string} text
 * @returns {string[] | null}
 */
export function readUrlList(text) {
  const parts = text.split(/\s+/).filter((part) => part !== "");
  if (parts.length === 0 || !parts.every((part) => /^https?:\/\/[^"]+$/i.test(part))) return null;
  return parts.map((part) => part.replace(/[,;]$/, ""));
}

/**
 * A product name from an image's file name: `speckled-mug_2.jpg` is "speckled mug 2".
 * @param {string} url
 */
function nameFrom(url) {
  const path = URL.parse(url)?.pathname ?? "";
  const file = path.split("/").findLast((part) => part !== "") ?? "";
  const words = decode(file)
    .replace(/\.[a-z0-9]{2,5}$/i, "")
    .replaceAll(/[-_+\s]+/g, " ")
    .trim();
  return words === "" ? "Image" : words;
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @param {string} cell */
function quote(cell) {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
