// The picture as this toolkit sees it: quantised DCT coefficients and their tables, no pixels (T.81 A.1, A.2).

export interface ComponentShape {
  /** Ci, as the frame header names the component. */
  id: number;
  /** Hi and Vi. */
  horizontal: number;
  vertical: number;
}

export interface Component extends ComponentShape {
  /** Blocks that hold picture: what a scan of this component alone codes (A.2.2). */
  blocksWide: number;
  blocksHigh: number;
  /** Blocks stored: filled up to whole MCUs, as an interleaved scan codes them (A.2.4). */
  storedWide: number;
  storedHigh: number;
  /** 64 per block in zig-zag order, blocks in raster order of the stored grid. */
  coefficients: Int16Array;
  /** 64 steps in zig-zag order. */
  steps: Uint16Array;
}

export interface CoefficientImage {
  width: number;
  height: number;
  components: Component[];
}

export class JpegError extends Error {
  override name = "JpegError";
}

/** An empty picture of that size; every step is 1 until set. */
export function createImage(width: number, height: number, shapes: readonly ComponentShape[]): CoefficientImage {
  const widest = Math.max(...shapes.map((shape) => shape.horizontal));
  const tallest = Math.max(...shapes.map((shape) => shape.vertical));
  const mcusWide = Math.ceil(width / (8 * widest));
  const mcusHigh = Math.ceil(height / (8 * tallest));
  const components = shapes.map((shape) => {
    // A single component is never interleaved: its MCU is one block whatever its factors say (A.2.2).
    const blocksWide = Math.ceil(Math.ceil((width * shape.horizontal) / widest) / 8);
    const blocksHigh = Math.ceil(Math.ceil((height * shape.vertical) / tallest) / 8);
    const storedWide = mcusWide * shape.horizontal;
    const storedHigh = mcusHigh * shape.vertical;
    return {
      ...shape,
      blocksWide,
      blocksHigh,
      storedWide,
      storedHigh,
      coefficients: new Int16Array(storedWide * storedHigh * 64),
      steps: new Uint16Array(64).fill(1),
    };
  });
  return { width, height, components };
}

/** Where the block's 64 coefficients start. */
export function blockOffset(component: Component, column: number, row: number): number {
  return (row * component.storedWide + column) * 64;
}

/** The blocks of a scan in coding order, grouped by MCU (A.2.2, A.2.3). */
export function mcusOfScan(components: readonly Component[]): { component: number; offset: number }[][] {
  const [only] = components;
  if (only === undefined) throw new JpegError("a scan without components");
  const mcus: { component: number; offset: number }[][] = [];
  if (components.length === 1) {
    for (let row = 0; row < only.blocksHigh; row++) {
      for (let column = 0; column < only.blocksWide; column++) {
        mcus.push([{ component: 0, offset: blockOffset(only, column, row) }]);
      }
    }
    return mcus;
  }
  for (let mcuRow = 0; mcuRow < only.storedHigh / only.vertical; mcuRow++) {
    for (let mcuColumn = 0; mcuColumn < only.storedWide / only.horizontal; mcuColumn++) {
      const blocks: { component: number; offset: number }[] = [];
      components.forEach((component, index) => {
        for (let y = 0; y < component.vertical; y++) {
          for (let x = 0; x < component.horizontal; x++) {
            const column = mcuColumn * component.horizontal + x;
            const row = mcuRow * component.vertical + y;
            blocks.push({ component: index, offset: blockOffset(component, column, row) });
          }
        }
      });
      mcus.push(blocks);
    }
  }
  return mcus;
}
