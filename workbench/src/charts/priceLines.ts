import type { TimeRange } from "./candles.ts";
import type { Painter } from "./surface.ts";
import type { ChartColours } from "./theme.ts";

/** A price that mattered for a while: where an order rested, where a stop or a target stood. */
export type PriceLine = {
  readonly symbol: string;
  readonly fromMs: number;
  /** NaN while it still stands. */
  readonly toMs: number;
  readonly price: number;
  readonly kind: "stop" | "target" | "order";
  /** What stands at its end when there is room: `"stop"`, `"limit 0.5"`. */
  readonly label: string;
};

/** Above so many in view none is drawn, above so many none is named: they would cover the candles. */
const MOST_LINES = 120;
const MOST_LABELS = 10;

const DASHES: Readonly<Record<PriceLine["kind"], number[]>> = { stop: [2, 3], target: [7, 3], order: [1, 4] };

/** Draws each price as a level line over the time in which it stood; the dashes tell the kinds apart without colour. */
export function priceLinePainter(
  lines: () => readonly PriceLine[],
  x: (timeMs: number) => number,
  width: () => number,
  range: () => TimeRange,
  colours: () => ChartColours,
): Painter {
  return (context, y) => {
    const { fromMs, toMs } = range();
    const shown = lines().filter((line) => line.fromMs <= toMs && !(line.toMs < fromMs));
    if (shown.length > MOST_LINES) return;
    const { gain, loss, accent, paper } = colours();
    const ink = { stop: loss, target: gain, order: accent };
    const right = width();
    context.save();
    context.beginPath();
    context.rect(0, 0, right, context.canvas.height);
    context.clip();
    context.lineWidth = 1;
    context.font = "10px system-ui, sans-serif";
    context.textBaseline = "bottom";
    for (const { fromMs: begin, toMs: end, price, kind, label } of shown) {
      const level = y(price);
      if (level === null) continue;
      const from = Math.max(0, x(begin));
      const to = Number.isNaN(end) ? right : Math.max(from + 3, Math.min(right, x(end)));
      context.strokeStyle = ink[kind];
      context.setLineDash(DASHES[kind]);
      context.beginPath();
      context.moveTo(from, Math.round(level) + 0.5);
      context.lineTo(to, Math.round(level) + 0.5);
      context.stroke();
      if (shown.length > MOST_LABELS) continue;
      const room = context.measureText(label).width;
      const place = Math.max(2, Math.min(from, right - room - 4));
      context.setLineDash([]);
      context.lineWidth = 3;
      context.strokeStyle = paper;
      context.strokeText(label, place, level - 1);
      context.lineWidth = 1;
      context.fillStyle = ink[kind];
      context.fillText(label, place, level - 1);
    }
    context.restore();
  };
}
