import type { AccountMetrics } from "#engine/metrics/accountMetrics.ts";
import type { DrawdownColumn } from "#engine/metrics/drawdownTable.ts";
import { element, type Output } from "../element.ts";
import { numbersOf } from "../engineTable.ts";
import { formatCount, formatDuration, formatPercent, formatTime } from "../format.ts";
import { table } from "../table.ts";

/** More than these are small. */
const MOST_SHOWN = 10;

/** The deepest drawdowns: from when to when, how deep, how long down and how long back. */
export function drawdownPanel({ drawdowns }: AccountMetrics): Output {
  const count = Math.min(MOST_SHOWN, drawdowns.rows);
  const column = (name: DrawdownColumn): Float64Array => numbersOf(drawdowns, name).subarray(0, count);
  const words =
    drawdowns.rows <= MOST_SHOWN
      ? "A drawdown begins at the last close at a peak and ends when the peak is back."
      : `The ${MOST_SHOWN} deepest of ${formatCount(drawdowns.rows)}. A drawdown begins at the last close at a peak and ends when the peak is back.`;
  const rows = table(
    {
      depth: column("depth"),
      from: column("startTime"),
      deepest: column("troughTime"),
      recovered: column("recoveryTime"),
      length: column("lengthMs"),
      down: column("declineMs"),
      back: column("recoveryMs"),
    },
    {
      label: "Drawdowns",
      stats: false,
      formats: {
        depth: (value) => formatPercent(Number(value), 2),
        from: timeText,
        deepest: timeText,
        recovered: (value) => (isNothing(value) ? "not yet" : timeText(value)),
        length: durationText,
        down: durationText,
        back: durationText,
      },
    },
  );
  const root = element("div", {}, element("p", { class: "wf-report-hint" }, words), rows);
  return Object.assign(root, { destroy: () => rows.destroy() });
}

const isNothing = (value: unknown): boolean => value === null || Number.isNaN(Number(value));
const timeText = (value: unknown): string => formatTime(isNothing(value) ? Number.NaN : Number(value));
const durationText = (value: unknown): string =>
  formatDuration(isNothing(value) ? Number.NaN : Number(value));
