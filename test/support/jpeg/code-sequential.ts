// Codes the blocks of a sequential scan (T.81 F.1.2).
import { at } from "./at.ts";
import { mcusOfScan, type Component } from "./coefficients.ts";
import { additionalBits, magnitudeBits, type Coded } from "./coded-scan.ts";

/** `tableIds` names the tables of each component: "dc0", "ac0" and so on take the number given. */
export function codeSequentialScan(
  components: readonly Component[],
  tableIds: readonly number[],
  restartInterval: number,
): Coded[] {
  const coded: Coded[] = [];
  const predictions = components.map(() => 0);
  mcusOfScan(components).forEach((blocks, index) => {
    if (index > 0 && restartInterval > 0 && index % restartInterval === 0) {
      coded.push({ kind: "restart", number: (index / restartInterval - 1) % 8 });
      predictions.fill(0);
    }
    for (const { component, offset } of blocks) {
      const coefficients = components[component]?.coefficients ?? new Int16Array();
      const id = at(tableIds, component);
      const dc = at(coefficients, offset);
      coded.push(codeDcDifference(dc - at(predictions, component), `dc${id}`));
      predictions[component] = dc;
      codeAc(coded, coefficients.subarray(offset, offset + 64), `ac${id}`);
    }
  });
  return coded;
}

export function codeDcDifference(difference: number, table: string): Coded {
  const size = magnitudeBits(difference);
  return { kind: "symbol", table, symbol: size, extra: additionalBits(difference, size), extraBits: size };
}

/** Figure F.2: runs of zeros, ZRL for 16 of them, EOB when no more follows. */
function codeAc(coded: Coded[], block: Int16Array, table: string): void {
  let run = 0;
  for (let k = 1; k <= 63; k++) {
    const value = at(block, k);
    if (value === 0) {
      run++;
      continue;
    }
    for (; run > 15; run -= 16) coded.push({ kind: "symbol", table, symbol: 0xf0, extra: 0, extraBits: 0 });
    const size = magnitudeBits(value);
    coded.push({
      kind: "symbol",
      table,
      symbol: run * 16 + size,
      extra: additionalBits(value, size),
      extraBits: size,
    });
    run = 0;
  }
  if (run > 0) coded.push({ kind: "symbol", table, symbol: 0, extra: 0, extraBits: 0 });
}
