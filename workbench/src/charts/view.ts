/** What part of the axis is in view, in places from the left edge of `from` to the left edge of `to`. */
export type View = { readonly from: number; readonly to: number };

/** Fewer places than this are never shown: a handful of candles says nothing. */
export const MIN_SLOTS = 10;

export function panned(view: View, bySlots: number, slots: number): View {
  return clamped({ from: view.from + bySlots, to: view.to + bySlots }, slots);
}

/** Shows `factor` times as many places; the one at `at` (0 left … 1 right) stays where it is. */
export function zoomed(view: View, factor: number, at: number, slots: number): View {
  const span = view.to - view.from;
  const next = Math.min(
    Math.max(span * factor, Math.min(MIN_SLOTS, slots)),
    1.2 * Math.max(slots, MIN_SLOTS),
  );
  const fixed = view.from + span * at;
  return clamped({ from: fixed - next * at, to: fixed + next * (1 - at) }, slots);
}

/** The last `count` places with a little room to the right. */
export function latest(count: number, slots: number): View {
  const room = Math.max(1, Math.round(count * 0.03));
  return { from: Math.max(-room, slots - count), to: slots + room };
}

/** The nearest view of the same width that still shows something. */
export function clamped(view: View, slots: number): View {
  const span = view.to - view.from;
  // A fifth of the view may lie beyond either end.
  const margin = 0.2 * span;
  const earliest = -margin;
  const latestTo = slots + margin;
  let from = view.from;
  if (from + span > latestTo) from = latestTo - span;
  if (from < earliest) from = Math.min(earliest, Math.max(from, latestTo - span));
  return { from, to: from + span };
}
