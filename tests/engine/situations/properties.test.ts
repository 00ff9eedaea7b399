import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OrderInstruction } from "#engine/orders/order.ts";
import type { OrderView } from "#engine/strategy/market.ts";
import { settings, type Unsolved, unsolved } from "./randomSituations.ts";
import { byApply, byEvents, type Row, rowsOf, type Tables, tablesByEvents, tidy } from "./run.ts";
import { type Bar, BTC, buy, ETH, HOUR, hour, START } from "./situation.ts";

const RUNS = { numRuns: 60 };

describe("whatever is asked of a session", () => {
  it("told event by event it comes to what a backtest comes to, however often the clock is told", () => {
    let fillCount = 0;
    fc.assert(
      fc.property(
        unsolved(),
        fc.array(fc.integer({ min: 1, max: 14 * HOUR }), { maxLength: 20 }),
        (given, ticks) => {
          const backtested = byEvents(given);
          fillCount += backtested.fills.length;
          expect(byApply(given, { moreClock: ticks.map((tick) => START + HOUR + tick) })).toEqual(backtested);
        },
      ),
      RUNS,
    );
    // The property must have had something to look at.
    expect(fillCount).toBeGreaterThan(100);
  });

  it("written down at any close and read again it goes on as it would have", () => {
    fc.assert(
      fc.property(unsolved(), fc.integer({ min: 1, max: 13 }), (given, cut) => {
        expect(byApply(given, { restartAt: hour(cut) })).toEqual(byApply(given));
      }),
      RUNS,
    );
  });

  it("what it answers to orders that end, in gaps of the data as well, comes to the same however it is told", () => {
    let answerCount = 0;
    fc.assert(
      fc.property(
        unsolved(),
        fc.array(fc.integer({ min: 1, max: 14 * HOUR }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 13 }),
        (drawn, ticks, cut) => {
          const given = { ...drawn, onOrder: answer };
          const backtested = byEvents(given);
          answerCount += Object.keys(backtested.ends).filter((name) => name.endsWith("!")).length;
          expect(byApply(given, { moreClock: ticks.map((tick) => START + HOUR + tick) })).toEqual(backtested);
          expect(byApply(given, { restartAt: hour(cut) })).toEqual(backtested);
        },
      ),
      RUNS,
    );
    expect(answerCount).toBeGreaterThan(100);
  });

  it("candles that come later change nothing of what was before", () => {
    fc.assert(
      fc.property(unsolved(), fc.integer({ min: 3, max: 13 }), (given, kept) => {
        const whole = tablesByEvents(given);
        const cut = tablesByEvents({
          ...given,
          bars: given.bars.slice(0, kept),
          others: { [ETH]: given.others[ETH].slice(0, kept) },
        });
        expect(rowsBefore(whole.fills, "time", hour(kept))).toEqual(
          rowsBefore(cut.fills, "time", hour(kept)),
        );
        expect(rowsBefore(whole.equity, "time", hour(kept))).toEqual(
          rowsBefore(cut.equity, "time", hour(kept)),
        );
        const later = rowsOf(whole.orders);
        for (const [row, order] of rowsOf(cut.orders).entries()) {
          if (!Number.isNaN(order.number.endTime)) expect(later[row]).toEqual(order);
        }
      }),
      RUNS,
    );
  });

  it("equity is the starting balance, what the fills paid and received, and what is held at the last prices", () => {
    fc.assert(
      fc.property(unsolved(), (given) => {
        const tables = tablesByEvents(given);
        const fills = rowsOf(tables.fills);
        const start = given.settings?.startingBalance ?? Number.NaN;
        const order = rowsOf(tables.orders);
        for (const { number } of rowsOf(tables.equity)) {
          let expected = start;
          for (const fill of fills) {
            // What fills at the time of a row comes after it, but for what has waited for this close.
            const { submitTime } = order[fill.number.orderId - 1].number;
            const hasWaited = isAtClose(given, fill) && submitTime < fill.number.time;
            if (fill.number.time > number.time || (fill.number.time === number.time && !hasWaited)) continue;
            const signed = signOf(fill) * fill.number.amount;
            expected +=
              signed * (priceAt(given, fill.text.symbol!, number.time) - fill.number.price) - fill.number.fee;
          }
          expect(Math.abs(number.equity - expected)).toBeLessThanOrEqual(
            1e-9 * Math.max(start, Math.abs(expected)),
          );
        }
      }),
      RUNS,
    );
  });

  it("nothing fills outside its candle before slippage, nor beyond its limit, nor more than was asked for", () => {
    fc.assert(
      fc.property(unsolved(), (given) => {
        const { fills, orders } = tablesByEvents(given);
        const order = rowsOf(orders);
        const filled = new Map<number, number>();
        for (const fill of rowsOf(fills)) {
          const { orderId, price, amount, slippage, time } = fill.number;
          filled.set(orderId, (filled.get(orderId) ?? 0) + amount);
          const clean = price - (signOf(fill) * slippage) / amount;
          const [, high, low, close] = barAt(
            given,
            fill.text.symbol!,
            isAtClose(given, fill) ? time - 1 : time,
          );
          if (isAtClose(given, fill)) expect(clean).toBeCloseTo(close, 9);
          expect(clean).toBeGreaterThanOrEqual(low - 1e-9);
          expect(clean).toBeLessThanOrEqual(high + 1e-9);
        }
        for (const { number, text } of order) {
          expect(filled.get(number.orderId) ?? 0).toBeCloseTo(number.filled, 9);
          expect(number.filled).toBeLessThanOrEqual(number.amount > 0 ? number.amount : 0);
          expect(text.status === "filled").toBe(number.filled > 0 && number.filled === number.amount);
        }
      }),
      RUNS,
    );
  });

  it("reduce-only orders never open, enlarge or turn a position, and spot is never short nor spent twice", () => {
    fc.assert(
      fc.property(unsolved(), (given) => {
        const { fills, orders, equity } = tablesByEvents(given);
        const order = rowsOf(orders);
        const held = new Map<string, number>();
        for (const fill of rowsOf(fills)) {
          const symbol = fill.text.symbol!;
          const was = held.get(symbol) ?? 0;
          const is = was + signOf(fill) * fill.number.amount;
          held.set(symbol, Math.abs(is) < 1e-9 ? 0 : is);
          if (order[fill.number.orderId - 1].text.reduceOnly === "true") {
            expect(was * signOf(fill)).toBeLessThan(0);
            expect(is * was).toBeGreaterThanOrEqual(-1e-9);
          }
          if (isSpot(given, symbol)) expect(is).toBeGreaterThanOrEqual(-1e-9);
        }
        const isAllSpot = isSpot(given, BTC) && isSpot(given, ETH);
        if (isAllSpot)
          for (const { number } of rowsOf(equity)) expect(number.cash).toBeGreaterThanOrEqual(-1e-9);
      }),
      RUNS,
    );
  });

  it("the cash of spot markets is never below zero, whatever rests, is amended and fills at once", () => {
    const spot = settings.map((given) => ({
      ...given,
      marketType: "spot" as const,
      startingBalance: 400,
      leverage: undefined,
      marginMode: undefined,
      markets: undefined,
    }));
    fc.assert(
      fc.property(unsolved(spot), (given) => {
        for (const { number } of rowsOf(tablesByEvents(given).equity)) {
          expect(number.cash).toBeGreaterThanOrEqual(-1e-7);
        }
      }),
      RUNS,
    );
  });

  it("the orders of one OCO group together fill no more than the largest of them", () => {
    // Where the first takes at the close at which the second is handed in.
    const atOnce = settings.map((given) => ({
      ...given,
      fillModel: "thisClose" as const,
      latency: undefined,
      delayBars: 0,
    }));
    fc.assert(
      fc.property(unsolved(fc.oneof(settings, atOnce)), (drawn) => {
        // An amended amount is a new wish, no share of the group's.
        const given = without("amend", drawn);
        const groups = new Map<string, string[]>();
        const largest = new Map<string, number>();
        for (const one of submissions(given)) {
          if (one.ocoGroup === undefined || one.clientOrderId === undefined) continue;
          // A group is of orders that wait together: those of one close, so that none was handed in after a fill.
          const group = `${one.ocoGroup} ${one.clientOrderId.split(".")[0]}`;
          groups.set(group, [...(groups.get(group) ?? []), one.clientOrderId]);
          largest.set(group, Math.max(largest.get(group) ?? 0, one.amount));
        }
        const order = rowsOf(tablesByEvents(given).orders);
        for (const [group, names] of groups) {
          const filled = order
            .filter(({ text }) => names.includes(text.clientOrderId ?? ""))
            .reduce((sum, { number }) => sum + number.filled, 0);
          expect(filled).toBeLessThanOrEqual(largest.get(group)! + 1e-9);
        }
      }),
      { numRuns: 120 },
    );
  });

  it("what is sold and bought in a mirror comes to the same: a short is a long upside down", () => {
    const free = settings.map((given) => ({
      ...given,
      feeBps: 0,
      slippageBps: 0,
      leverage: 1,
      marginMode: "isolated" as const,
      startingBalance: 1_000_000,
      markets: undefined,
    }));
    let fillCount = 0;
    fc.assert(
      fc.property(unsolved(free), (given) => {
        fc.pre(!hasTie(given));
        const plain = tablesByEvents(given);
        fillCount += plain.fills.rows;
        const mirrored = tablesByEvents(mirror(given));
        const fills = rowsOf(plain.fills).map(({ number, text }) => ({
          ...number,
          price: tidy(MIRROR - number.price),
          ...text,
          side: text.side === "buy" ? "sell" : "buy",
        }));
        expect(
          rowsOf(mirrored.fills).map(({ number, text }) => ({
            ...number,
            price: tidy(number.price),
            ...text,
          })),
        ).toEqual(fills);
        expect(rowsOf(mirrored.orders).map(({ text }) => `${text.status} ${text.reason}`)).toEqual(
          rowsOf(plain.orders).map(({ text }) => `${text.status} ${text.reason}`),
        );
        expect(rowsOf(mirrored.equity).map(({ number }) => tidy(number.equity))).toEqual(
          rowsOf(plain.equity).map(({ number }) => tidy(number.equity)),
        );
      }),
      RUNS,
    );
    expect(fillCount).toBeGreaterThan(100);
  });

  it("brackets alone never sell more than was bought, and cover all of it", () => {
    const entry = fc.record({
      bar: fc.integer({ min: 0, max: 8 }),
      amount: fc.integer({ min: 1, max: 9 }),
      isLimit: fc.boolean(),
      stop: fc.integer({ min: 1, max: 20 }),
      targets: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(unsolved(), fc.array(entry, { minLength: 1, maxLength: 4 }), (given, entries) => {
        const orders: Record<number, OrderInstruction[]> = {};
        for (const [k, { bar, amount, isLimit, stop, targets }] of entries.entries()) {
          const last = lastClose(given, BTC, bar);
          const ladder = targets.map((target) => ({
            price: last + target / 4,
            fraction: 1 / targets.length,
          }));
          const attached = { stopLoss: { triggerPrice: last - 1 - stop / 4 }, takeProfit: { ladder } };
          orders[bar] = [
            ...(orders[bar] ?? []),
            isLimit
              ? buy(`e${k}`, amount, "limit", { price: last - 0.5, attached })
              : buy(`e${k}`, amount, "market", { attached }),
          ];
        }
        const { fills, orders: table } = tablesByEvents({
          ...given,
          orders,
          settings: { ...given.settings, startingBalance: 10_000, leverage: 1 },
        });
        let held = 0;
        for (const fill of rowsOf(fills)) {
          held += signOf(fill) * fill.number.amount;
          expect(held).toBeGreaterThanOrEqual(-1e-9);
        }
        // What is still held is covered by the stops that still wait, to the last part.
        const waiting = rowsOf(table).filter(
          ({ text }) => text.type === "stop" && ["new", "partiallyFilled"].includes(text.status!),
        );
        const covered = waiting.reduce((sum, { number }) => sum + number.amount - number.filled, 0);
        const isStopping = rowsOf(table).some(
          ({ text, number }) => text.type === "stop" && number.filled > 0 && text.status !== "filled",
        );
        if (!isStopping) expect(covered).toBeCloseTo(held, 9);
      }),
      RUNS,
    );
  });
});

// --- reading situations --------------------------------------------------------------------------------------------

const signOf = ({ text }: Row): number => (text.side === "buy" ? 1 : -1);
/** At thisClose what takes, takes at a close. */
const isAtClose = ({ settings: { fillModel } = {} }: Unsolved, { text }: Row): boolean =>
  fillModel === "thisClose" && (text.reason === "close" || text.reason === "marketable");
const barsOf = (given: Unsolved, symbol: string): readonly Bar[] =>
  symbol === BTC ? given.bars : given.others[symbol];

function barAt(given: Unsolved, symbol: string, time: number): NonNullable<Bar> {
  const bar = barsOf(given, symbol)[Math.floor((time - START) / HOUR)];
  if (bar === null || bar === undefined)
    throw new Error(`${symbol} filled at ${time}, where it has no candle`);
  return bar;
}

/** The last close by a time. */
function priceAt(given: Unsolved, symbol: string, time: number): number {
  return lastClose(given, symbol, (time - START) / HOUR - 1);
}

function lastClose(given: Unsolved, symbol: string, bar: number): number {
  return barsOf(given, symbol)
    .slice(0, bar + 1)
    .findLast((one) => one !== null)![3];
}

function isSpot({ settings: { marketType, markets } = {} }: Unsolved, symbol: string): boolean {
  return (markets?.[symbol]?.type ?? marketType) === "spot";
}

/** Another order for each that ends unfilled, on the other symbol. */
function answer({ clientOrderId, status, symbol }: OrderView): readonly OrderInstruction[] {
  if (status !== "expired" && status !== "canceled") return [];
  if (clientOrderId.startsWith("#") || clientOrderId.endsWith("!")) return [];
  return [buy(`${clientOrderId}!`, 0.5, "market", { symbol: symbol === BTC ? ETH : BTC })];
}

function submissions(given: Unsolved) {
  return Object.values(given.orders ?? {}).flatMap((list) =>
    list.flatMap((one) => (one.action === "submit" ? [one.order] : [])),
  );
}

function without(action: OrderInstruction["action"], given: Unsolved): Unsolved {
  const orders = Object.entries(given.orders ?? {}).map(([bar, list]) => [
    bar,
    list.filter((one) => one.action !== action),
  ]);
  return { ...given, orders: Object.fromEntries(orders) };
}

function rowsBefore(table: Tables["fills"], column: string, time: number): Row[] {
  return rowsOf(table).filter(({ number }) => number[column] < time);
}

// --- the mirror ----------------------------------------------------------------------------------------------------

/** Prices turn about 100: what was above lies as far below. */
const MIRROR = 200;

/** Of two extremes as near to the open the low comes first, which no mirror knows. */
function hasTie(given: Unsolved): boolean {
  return [...given.bars, ...given.others[ETH]].some(
    (bar) => bar !== null && bar[1] - bar[0] === bar[0] - bar[2] && bar[1] !== bar[2],
  );
}

function mirror(given: Unsolved): Unsolved {
  const bars = (its: readonly Bar[]): Bar[] =>
    its.map((bar) => bar && [MIRROR - bar[0], MIRROR - bar[2], MIRROR - bar[1], MIRROR - bar[3], bar[4]]);
  const turned = (one: OrderInstruction): OrderInstruction => {
    if (one.action === "amend") return { ...one, ...flipped(one) };
    if (one.action !== "submit") return one;
    const { order } = one;
    const { trail, attached } = order;
    const stop = attached?.stopLoss;
    const target = attached?.takeProfit;
    return {
      action: "submit",
      order: {
        ...order,
        ...flipped(order),
        side: order.side === "buy" ? "sell" : "buy",
        ...(trail?.activationPrice !== undefined && {
          trail: { ...trail, activationPrice: MIRROR - trail.activationPrice },
        }),
        ...(attached !== undefined && {
          attached: {
            ...attached,
            ...(stop !== undefined && { stopLoss: { triggerPrice: MIRROR - stop.triggerPrice } }),
            ...(target !== undefined && {
              takeProfit:
                "ladder" in target
                  ? {
                      ladder: target.ladder.map(({ price, fraction }) => ({
                        price: MIRROR - price,
                        fraction,
                      })),
                    }
                  : { price: MIRROR - target.price },
            }),
          },
        }),
      },
    };
  };
  return {
    ...given,
    bars: bars(given.bars),
    others: { [ETH]: bars(given.others[ETH]) },
    orders: Object.fromEntries(
      Object.entries(given.orders ?? {}).map(([bar, list]) => [bar, list.map(turned)]),
    ),
  };
}

function flipped({ price, triggerPrice }: { price?: number; triggerPrice?: number }) {
  return {
    ...(price !== undefined && { price: MIRROR - price }),
    ...(triggerPrice !== undefined && { triggerPrice: MIRROR - triggerPrice }),
  };
}
