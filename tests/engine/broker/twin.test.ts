import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Exchange } from "./exchange.ts";

type Bar = { open: number; high: number; low: number; close: number };
type Entry = {
  bar: number;
  direction: 1 | -1;
  amount: number;
  stop: number;
  target: number;
  limit: number | null;
};

/**
 * The rules once more, in a few lines and by another way: no path is walked, every bar is judged by comparisons. Flat,
 * an entry waits (at the open, or at a limit); in a position, the stop is looked at before the target.
 */
function naive(bars: readonly Bar[], entries: readonly Entry[]): string[] {
  const told: string[] = [];
  let waiting: Entry | undefined;
  let open: Entry | undefined;
  const tell = (reason: string, direction: number, { amount }: Entry, price: number): void => {
    told.push(`${reason} ${direction > 0 ? "buy" : "sell"} ${amount}@${Math.round(price * 1e8) / 1e8}`);
  };
  bars.forEach((bar, i) => {
    let enteredInside = false;
    if (waiting !== undefined && open === undefined) {
      const { direction, limit } = waiting;
      // Marketable at the close before: it takes at the open, if that is still at the limit or better.
      const takes = limit === null || direction * (bars[i - 1].close - limit) <= 0;
      if (limit === null) {
        tell("open", direction, waiting, bar.open);
        open = waiting;
      } else if (direction * (bar.open - limit) <= 0) {
        tell(
          takes && waiting.bar === i - 1 ? "marketable" : bar.open === limit ? "limit" : "limitGapped",
          direction,
          waiting,
          bar.open,
        );
        open = waiting;
      } else if (direction > 0 ? bar.low <= limit : bar.high >= limit) {
        tell("limit", direction, waiting, limit);
        open = waiting;
        enteredInside = true;
      }
      if (open !== undefined) waiting = undefined;
    }
    if (open !== undefined) {
      const { direction, stop, target, limit } = open;
      const worst = direction > 0 ? bar.low : bar.high;
      const best = direction > 0 ? bar.high : bar.low;
      let out = false;
      if (!enteredInside && direction * (bar.open - stop) <= 0) {
        tell(bar.open === stop ? "stop" : "stopGapped", -direction, open, bar.open);
        out = true;
      } else if (!enteredInside && direction * (bar.open - target) >= 0) {
        tell(bar.open === target ? "takeProfit" : "takeProfitGapped", -direction, open, bar.open);
        out = true;
      } else if (enteredInside) {
        // The limit is beyond the open, so the price comes from there; the stop lies further on the same way. Past the
        // entry it goes to that extreme first or from the other one: either way through the stop, if it gets there.
        if (limit !== null && direction * (worst - stop) <= 0) {
          tell("stop", -direction, open, stop);
          out = true;
        }
      } else if (direction * (worst - stop) <= 0) {
        tell("stop", -direction, open, stop);
        out = true;
      } else if (direction * (best - target) >= 0) {
        tell("takeProfit", -direction, open, target);
        out = true;
      }
      if (out) open = undefined;
    }
    const next = entries.find((entry) => entry.bar === i);
    if (next !== undefined && open === undefined && waiting === undefined) waiting = { ...next };
  });
  return told;
}

const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

const barsOf = fc
  .array(fc.record({ gap: whole(-4, 4), up: whole(0, 5), down: whole(0, 5), close: whole(0, 4) }), {
    minLength: 5,
    maxLength: 40,
  })
  .map((moves) => {
    const bars: Bar[] = [];
    let last = 200;
    for (const { gap, up, down, close } of moves) {
      const open = last + gap;
      const [low, high] = [open - down, open + up];
      last = low + ((high - low) * close) / 4;
      bars.push({ open, high, low, close: last });
    }
    return bars;
  });

const entriesOf = fc.array(
  fc.record({
    bar: whole(0, 38),
    direction: fc.constantFrom(1 as const, -1 as const),
    amount: whole(1, 5),
    stop: whole(1, 6),
    target: whole(1, 6),
    limit: fc.option(whole(-3, 5), { nil: null }),
  }),
  { minLength: 5, maxLength: 25 },
);

describe("brackets against a twin that walks no path", () => {
  it("fill alike: same orders, prices and reasons, bar for bar", () => {
    let fills = 0;
    fc.assert(
      fc.property(barsOf, entriesOf, (bars, wishes) => {
        const x = new Exchange({ venue: { startingBalance: 1e6 } });
        const taken: Entry[] = [];
        bars.forEach(({ open, high, low, close }, i) => {
          x.bars([open, high, low, close]);
          const wish = wishes.find((entry) => entry.bar === i);
          if (wish === undefined || x.broker.account.amount[0] !== 0 || x.broker.openOrders().length > 0)
            return;
          const { direction, amount } = wish;
          const limit = wish.limit === null ? null : close - direction * wish.limit;
          const at = limit ?? close;
          const entry: Entry = {
            ...wish,
            limit,
            stop: at - direction * wish.stop,
            target: at + direction * wish.target,
          };
          taken.push(entry);
          const order = x.submit({
            side: direction > 0 ? "buy" : "sell",
            type: limit === null ? "market" : "limit",
            amount,
            ...(limit !== null && { price: limit }),
            attached: { stopLoss: { triggerPrice: entry.stop }, takeProfit: { price: entry.target } },
          });
          expect(order.status).not.toBe("rejected");
        });
        expect(x.told).toEqual(naive(bars, taken));
        fills += x.told.length;
      }),
      { numRuns: 400 },
    );
    expect(fills).toBeGreaterThan(1_000);
  });
});
