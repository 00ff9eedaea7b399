import type { PathModel } from "./settings.ts";

/**
 * Whether the price visits the low of a candle before its high. The way is open → one extreme → the other → close.
 *
 * `pessimistic`: the extreme against the position first, so that a stop comes before a target; `favourableFirst` the
 * other way round. Without a position, and always for `nearestFirst`, the extreme nearer to the open, the low if both
 * are as near.
 *
 * @param position Signed amount held when the candle has opened.
 */
export function isLowFirst(
  model: PathModel,
  position: number,
  open: number,
  high: number,
  low: number,
): boolean {
  if (position === 0 || model === "nearestFirst") return open - low <= high - open;
  return position > 0 === (model === "pessimistic");
}
