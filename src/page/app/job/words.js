// @ts-check
// What is said about an image. Pure.

import { formatWholePercent } from "../locale.js";

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

/** Whether a browser can be expected to show the output. @param {Image} image */
export function isPicture({ output, outcome }) {
  return output !== null && (outcome === "compressed" || outcome === "kept_original");
}
