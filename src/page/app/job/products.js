// @ts-check
// The rows of the result: one per image of a product, in the catalogue's order.

import { callForJson } from "../api.js";

/** @import { Image, Outcome, Output } from "../../wire.ts" */
/** @import { ImageList } from "./image-list.js" */

/**
 * @typedef {object} ProductImage
 * @property {string} product its name
 * @property {string} serial
 * @property {number} position of the image
 */

/**
 * @typedef {object} Row
 * @property {ProductImage | null} product null while only the images are known
 * @property {Image} image
 */

/** @typedef {Outcome | "all" | "waiting"} Chosen */

/**
 * Which product has which images.
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<ProductImage[]>}
 */
export async function loadProducts(id, signal) {
  /** @type {Output} */
  const output = await callForJson(`/v1/jobs/${id}/output.json?partial=true`, { signal });
  return output.products.flatMap(({ serial, name, images }) =>
    images.map(({ position }) => ({ product: name, serial, position })),
  );
}

/**
 * @param {ImageList} images
 * @param {readonly ProductImage[] | null} productImages
 * @param {Chosen} chosen
 * @returns {Row[]}
 */
export function toRows(images, productImages, chosen) {
  const outcome = chosen === "waiting" ? null : chosen;
  if (productImages === null) return images.filter(outcome).map((image) => ({ product: null, image }));
  return productImages.flatMap((product) => {
    const image = images.at(product.position);
    if (image === null || (outcome !== "all" && image.outcome !== outcome)) return [];
    return [{ product, image }];
  });
}
