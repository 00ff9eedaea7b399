/** Before this much time no estimate is worth telling. */
const EARLIEST_MS = 400;

/** Seconds left at the pace so far; null while too little is done to tell. */
export function secondsLeft(done: number, total: number, elapsedMs: number): number | null {
  if (elapsedMs < EARLIEST_MS || done <= 0 || total <= 0) return null;
  return Math.max(0, ((total - done) / done) * (elapsedMs / 1000));
}
