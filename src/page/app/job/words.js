// @ts-check
// What is said about an image. Pure.

import { formatCount, formatWholePercent } from "../locale.js";

/** @import { Image } from "../../wire.ts" */

/** @param {Image["outcome"]} outcome */
export function outcomeWords(outcome) {
  switch (outcome) {
    case "compressed":
      return "Compressed";
    case "kept_original":
      return "Kept original";
    case "failed":
      return "Failed";
    case null:
      return "Waiting";
  }
}

/** The last part of the address, as the shop names the file. @param {Pick<Image, "source">} image */
export function fileName({ source }) {
  const url = URL.parse(source);
  const last = url?.pathname.split("/").findLast((part) => part !== "");
  if (url === null || last === undefined) return source;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** @param {Image} image @returns {number | null} 0 to 1; null where there are no two sizes */
export function savedShare({ bytes_in: before, bytes_out: after, outcome }) {
  if (outcome === "failed" || before === null || after === null || before === 0) return null;
  return (before - after) / before;
}

/** @param {Image} image */
export function savedWords(image) {
  const share = savedShare(image);
  if (share === null) return "";
  return share === 0 ? formatWholePercent(0) : `−${formatWholePercent(share)}`;
}

/** What it was and, where that is something else, what it has become: `1,600 × 1,200 PNG → 800 × 600 JPEG`. @param {Image} image */
export function pictureWords(image) {
  const before = shapeWords(image.width, image.height, image.format);
  const after = shapeWords(image.output_width, image.output_height, image.output_format);
  return after === "" || after === before ? before : `${before} → ${after}`;
}

/** @param {number | null} width @param {number | null} height @param {string | null} format */
function shapeWords(width, height, format) {
  return width === null || height === null
    ? ""
    : `${formatCount(width)} × ${formatCount(height)} ${format?.toUpperCase() ?? ""}`.trimEnd();
}

/** Whether a browser can be expected to show the output. @param {Image} image */
export function isPicture({ output, outcome }) {
  return output !== null && (outcome === "compressed" || outcome === "kept_original");
}
