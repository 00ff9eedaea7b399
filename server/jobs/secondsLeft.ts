/**
 * Seconds left at the pace so far. Null while that says nothing: no total, nothing done yet, or less than half a
 * second of experience.
 */
export function secondsLeft({
  done,
  total,
  elapsedMs,
}: {
  done: number;
  total: number | null;
  elapsedMs: number;
}): number | null {
  if (total === null || done <= 0 || elapsedMs < 500) return null;
  return Math.max(0, ((total - done) / done) * (elapsedMs / 1000));
}
