import { calendarOf } from "#engine/core/timeframe.ts";

/** Open times in [fromMs, toMs) that are not stored yet. */
export type Span = { fromMs: number; toMs: number };

/** The spans of [fromMs, toMs) in which no candle is stored, in order of time. `stored` ascends. */
export function missingSpans(stored: Float64Array, timeframe: string, { fromMs, toMs }: Span): Span[] {
  const calendar = calendarOf(timeframe);
  const spans: Span[] = [];
  let expected = calendar.open(fromMs) < fromMs ? calendar.close(fromMs) : fromMs;
  for (const time of stored) {
    if (time < expected) continue;
    if (time >= toMs) break;
    if (time > expected) spans.push({ fromMs: expected, toMs: time });
    expected = calendar.close(time);
  }
  if (expected < toMs) spans.push({ fromMs: expected, toMs });
  return spans;
}
