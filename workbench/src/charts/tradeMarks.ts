import type { Trade } from "#engine/walkforward/result.ts";
import type { TimeRange } from "./candles.ts";
import type { Painter } from "./surface.ts";
import { type ChartColours, faded } from "./theme.ts";

/** What a mark needs to know of a trade; a `Trade` of an evaluation fits it. */
export type MarkedTrade = Pick<
  Trade,
  "symbol" | "direction" | "entryTime" | "entryPrice" | "exitTime" | "exitPrice" | "return"
>;

/** Above this many in view only entries are marked: lines would cover the candles. */
const CROWDED = 150;

export type TradePainterOptions = {
  trades: () => readonly MarkedTrade[];
  /** The one that is looked at: the time that it took is shaded. */
  selected: () => MarkedTrade | undefined;
  x: (timeMs: number) => number;
  width: () => number;
  range: () => TimeRange;
  colours: () => ChartColours;
};

/**
 * Draws trades where they happened: a triangle at the entry (up for long, down for short), a dot at the exit, a line
 * between them in the colour of gain or loss, solid for a gain and dashed for a loss.
 */
export function tradePainter({ trades, selected, x, width, range, colours }: TradePainterOptions): Painter {
  return (context, y) => {
    const { gain, loss, paper, accent } = colours();
    const right = width();
    const { fromMs, toMs } = range();
    const shown = trades().filter((trade) => trade.exitTime >= fromMs && trade.entryTime <= toMs);
    const isCrowded = shown.length > CROWDED;
    context.save();
    context.beginPath();
    context.rect(0, 0, right, context.canvas.height);
    context.clip();
    const chosen = selected();
    if (chosen !== undefined) {
      const from = x(chosen.entryTime);
      context.fillStyle = faded(accent, 0.1);
      context.fillRect(from, 0, Math.max(2, x(chosen.exitTime) - from), context.canvas.height);
    }
    for (const trade of shown) {
      const entry = { x: x(trade.entryTime), y: y(trade.entryPrice) };
      const exit = { x: x(trade.exitTime), y: y(trade.exitPrice) };
      if (entry.y === null || exit.y === null) continue;
      context.strokeStyle = context.fillStyle = trade.return >= 0 ? gain : loss;
      context.globalAlpha = isCrowded ? 0.7 : 1;
      if (!isCrowded) {
        context.lineWidth = 1.5;
        context.setLineDash(trade.return >= 0 ? [] : [4, 3]);
        context.beginPath();
        context.moveTo(entry.x, entry.y);
        context.lineTo(exit.x, exit.y);
        context.stroke();
        context.setLineDash([]);
        dot(context, exit.x, exit.y, paper);
      }
      triangle(context, entry.x, entry.y, trade.direction === "long" ? 1 : -1, isCrowded ? 4 : 6, paper);
    }
    context.restore();
  };
}

function triangle(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  direction: 1 | -1,
  size: number,
  edge: string,
): void {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x - size * 0.75, y + direction * size * 1.4);
  context.lineTo(x + size * 0.75, y + direction * size * 1.4);
  context.closePath();
  context.fill();
  outline(context, edge);
}

function dot(context: CanvasRenderingContext2D, x: number, y: number, edge: string): void {
  context.beginPath();
  context.arc(x, y, 3, 0, 2 * Math.PI);
  context.fill();
  outline(context, edge);
}

/** A hairline of paper keeps a mark readable on candles of its own colour. */
function outline(context: CanvasRenderingContext2D, edge: string): void {
  const colour = context.strokeStyle;
  context.strokeStyle = edge;
  context.lineWidth = 1;
  context.stroke();
  context.strokeStyle = colour;
}
