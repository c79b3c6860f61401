// Gives every distinct URL of a job its position, in order of first appearance.
import type { SourceImage } from "./products.ts";

export class ImageRegister {
  readonly list: SourceImage[] = [];
  /** URLs counted in all, also those past the limit, which get no position. */
  total = 0;
  readonly #byUrl = new Map<string, SourceImage>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts one URL more. False past the limit: then it need not even be read, because the job is refused. */
  count(): boolean {
    this.total++;
    return this.total <= this.#limit;
  }

  positionOf(url: string): number {
    const known = this.#byUrl.get(url);
    if (known !== undefined) {
      known.uses++;
      return known.position;
    }
    const image: SourceImage = { position: this.list.length + 1, url, uses: 1 };
    this.list.push(image);
    this.#byUrl.set(url, image);
    return image.position;
  }
}
