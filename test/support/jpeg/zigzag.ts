// The zig-zag sequence of T.81 figure 5. All coefficients and tables of this toolkit are kept in this order.

/** `naturalOrder[k]` is row * 8 + column of the k-th coefficient. */
export const naturalOrder: readonly number[] = walkDiagonals();

function walkDiagonals(): number[] {
  const order: number[] = [];
  for (let diagonal = 0; diagonal <= 14; diagonal++) {
    const cells: number[] = [];
    for (let row = Math.max(0, diagonal - 7); row <= Math.min(7, diagonal); row++) {
      cells.push(row * 8 + (diagonal - row));
    }
    // Odd diagonals run downwards, even ones upwards.
    order.push(...(diagonal % 2 === 1 ? cells : cells.toReversed()));
  }
  return order;
}
