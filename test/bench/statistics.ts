// The few statistics the benchmark needs.

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

export interface RatePoint {
  bytes: number;
  score: number;
}

/**
 * Bytes that the encoder would need for that score: the logarithm of bytes, linear between the neighbours on either side.
 * Null where the score lies beyond the points: nothing is extrapolated.
 */
export function bytesAtScore(points: readonly RatePoint[], score: number): number | null {
  const sorted = points.toSorted((a, b) => a.score - b.score);
  const upper = sorted.findIndex((point) => point.score >= score);
  const [below, above] = [sorted[upper - 1], sorted[upper]];
  if (above?.score === score) return above.bytes;
  if (below === undefined || above === undefined) return null;
  const share = (score - below.score) / (above.score - below.score);
  return Math.exp(Math.log(below.bytes) + share * (Math.log(above.bytes) - Math.log(below.bytes)));
}

/** How cost grows with size: the slope of a straight line through both logarithms. 1 is in step, 2 is quadratic. */
export function growthExponent(points: readonly { size: number; cost: number }[]): number {
  const logs = points.map(({ size, cost }) => ({ x: Math.log(size), y: Math.log(cost) }));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(logs.map(({ x }) => x)), mean(logs.map(({ y }) => y))];
  const above = logs.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  return above / logs.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
}

/** @param share 0 the least, 0.5 the median, 1 the most. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
