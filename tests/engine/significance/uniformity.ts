/**
 * Kolmogorov and Smirnov's distance of values from the uniform distribution on 0 … 1, × √n: above 1.63 in one case of
 * a hundred where they are uniform.
 */
export function uniformDistance(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  let distance = 0;
  for (const [i, value] of sorted.entries()) {
    distance = Math.max(distance, value - i / sorted.length, (i + 1) / sorted.length - value);
  }
  return distance * Math.sqrt(sorted.length);
}
