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
 * Bytes that the encoder would need for that score: the logarithm of bytes, linear between the neighbours on either side,
 * or along the nearest two beyond the ends. Null when scores do not differ.
 */
export function bytesAtScore(points: readonly RatePoint[], score: number): number | null {
  const sorted = points.toSorted((a, b) => a.score - b.score);
  const above = sorted.findIndex((point) => point.score >= score);
  const upper = above < 0 ? sorted.length - 1 : Math.max(1, above);
  const [a, b] = [sorted[upper - 1], sorted[upper]];
  if (a === undefined || b === undefined || a.score === b.score) return null;
  const share = (score - a.score) / (b.score - a.score);
  return Math.exp(Math.log(a.bytes) + share * (Math.log(b.bytes) - Math.log(a.bytes)));
}
