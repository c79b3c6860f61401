// @ts-check
// Images per second over the last moments. Pure: time comes in.

const windowMs = 10_000;

export class Speed {
  /** @type {{ at: number, processed: number }[]} */
  #samples = [];

  /**
   * @param {number} processed
   * @param {number} at milliseconds
   */
  add(processed, at) {
    const last = this.#samples.at(-1);
    if (last !== undefined && processed < last.processed) this.#samples = [];
    this.#samples.push({ at, processed });
    while (this.#samples.length > 2 && (this.#samples[1]?.at ?? at) <= at - windowMs) this.#samples.shift();
  }

  /** @returns {number | null} null before there are two moments to compare */
  get perSecond() {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < 500) return null;
    return ((last.processed - first.processed) * 1000) / (last.at - first.at);
  }
}
