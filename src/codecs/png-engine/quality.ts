// What a quality from 1 to 100 means for a palette.

export interface PaletteGoal {
  /**
   * The mean squared error, over the four channels together, at which no further colour is added. 255 squared would be
   * the most.
   */
  error: number;
  colours: number;
}

const errorAt50 = 28;
/** So many steps of quality halve the error. */
const stepsToHalve = 12.5;

/**
 * At 50 an error of 28, halved with every 12.5 steps up and doubled with every 12.5 down; never more than 256 colours.
 */
export function paletteGoal(quality: number): PaletteGoal {
  return { error: errorAt50 * 2 ** ((50 - quality) / stepsToHalve), colours: 256 };
}
