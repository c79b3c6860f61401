// @ts-check
// The job as a halftone: a raster whose dots grow, column by column, as the images are done, in the ink of what became of
// them. A few images have many dots each, many share one. For the eye only; the numbers beside it say the same.

/** @import { Image } from "../../wire.ts" */

/** @typedef {{ done: number, ink: "waiting" | "compressed" | "kept" | "failed" }} Dot */

const cell = 12;
const smallestRadius = 1.1;
/** The raster runs from fine at the top to full at the bottom. */
const radiusAtTop = 2.2;
const radiusAtBottom = 5.2;
/** Of the way to go, done in one frame. */
const easing = 0.16;

/**
 * What each dot shows, in the order of the images. Pure.
 * @param {readonly Pick<Image, "outcome">[]} images
 * @param {number} dots
 * @returns {Dot[]}
 */
export function inkDots(images, dots) {
  return Array.from({ length: dots }, (_, dot) => {
    const first = Math.floor((dot * images.length) / dots);
    const behind = Math.max(first + 1, Math.floor(((dot + 1) * images.length) / dots));
    const counts = { compressed: 0, kept_original: 0, failed: 0, waiting: 0 };
    for (const { outcome } of images.slice(first, behind)) counts[outcome ?? "waiting"] += 1;
    const done = counts.compressed + counts.kept_original + counts.failed;
    if (done === 0) return { done: 0, ink: "waiting" };
    // One failure among forty must be seen; so it wins.
    const ink = counts.failed > 0 ? "failed" : counts.kept_original > counts.compressed ? "kept" : "compressed";
    return { done: done / (done + counts.waiting), ink };
  });
}

export class DotField {
  /** @type {readonly Pick<Image, "outcome">[]} */
  #images = [];
  /** @type {number[]} */
  #shown = [];
  #frame = 0;
  #canvas;

  /** @param {HTMLCanvasElement} canvas @param {AbortSignal} signal */
  constructor(canvas, signal) {
    this.#canvas = canvas;
    const redraw = () => this.#request();
    const sizes = new ResizeObserver(redraw);
    sizes.observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw, { signal });
    signal.addEventListener("abort", () => {
      sizes.disconnect();
      cancelAnimationFrame(this.#frame);
    });
  }

  /** @param {readonly Pick<Image, "outcome">[]} images */
  show(images) {
    this.#images = images;
    this.#request();
  }

  #request() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#draw()) this.#request();
    });
  }

  /** @returns {boolean} whether dots are still growing */
  #draw() {
    const { width, height } = this.#canvas.getBoundingClientRect();
    const context = this.#canvas.getContext("2d");
    if (context === null || width === 0) return false;
    this.#fitPixels(width, height);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, width, height);

    const columns = Math.max(1, Math.floor(width / cell));
    const rows = Math.max(1, Math.floor(height / cell));
    // Whole cells, spread over the whole width.
    const step = width / columns;
    const style = getComputedStyle(this.#canvas);
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    let isGrowing = false;
    for (const [index, { done, ink }] of inkDots(this.#images, columns * rows).entries()) {
      let shown = this.#shown[index] ?? 0;
      if (isStill || Math.abs(done - shown) < 0.01) shown = done;
      else {
        shown += (done - shown) * easing;
        isGrowing = true;
      }
      this.#shown[index] = shown;
      const row = index % rows;
      const full = radiusAtTop + ((radiusAtBottom - radiusAtTop) * row) / Math.max(1, rows - 1);
      context.fillStyle = style.getPropertyValue(`--dot-${ink}`);
      context.beginPath();
      const radius = smallestRadius + (full - smallestRadius) * shown;
      context.arc((Math.floor(index / rows) + 0.5) * step, (row + 0.5) * cell, radius, 0, Math.PI * 2);
      context.fill();
    }
    return isGrowing;
  }

  /** @param {number} width @param {number} height */
  #fitPixels(width, height) {
    const canvas = this.#canvas;
    const pixelWidth = Math.round(width * devicePixelRatio);
    const pixelHeight = Math.round(height * devicePixelRatio);
    // Setting a size wipes the picture, so only when it is another.
    if (canvas.width !== pixelWidth) canvas.width = pixelWidth;
    if (canvas.height !== pixelHeight) canvas.height = pixelHeight;
  }
}
