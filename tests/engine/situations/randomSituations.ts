import fc from "fast-check";
import type { BacktestOptions } from "#engine/backtest/options.ts";
import type { OrderInstruction, OrderRequest } from "#engine/orders/order.ts";
import { type Bar, BTC, ETH, hour, type Situation } from "./situation.ts";

/** A situation that nobody has worked out: only what it is, not what comes of it. */
export type Unsolved = Situation & { readonly others: Readonly<Record<string, readonly Bar[]>> };

const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const COUNT = 14;

/** A bar as moves from the last close; null is a gap. Prices are multiples of a quarter, so that sums are exact. */
const move = fc.option(
  fc.record({
    gap: whole(-12, 12),
    up: whole(0, 24),
    down: whole(0, 24),
    close: whole(0, 4),
    volume: whole(0, 60),
  }),
  { freq: 9, nil: null },
);
const moves = fc.array(move, { minLength: COUNT, maxLength: COUNT });
type Move = NonNullable<typeof move extends fc.Arbitrary<infer T> ? T : never>;

function barsOf(all: readonly (Move | null)[]): Bar[] {
  let last = 100;
  return all.map((its, i): Bar => {
    if (its === null && i > 1) return null;
    const { gap, up, down, close, volume } = its ?? { gap: 0, up: 0, down: 0, close: 0, volume: 10 };
    const open = Math.max(40, last + gap / 4);
    const [high, low] = [open + up / 4, open - down / 4];
    last = low + Math.floor(close * (up + down)) / 16;
    return [open, high, low, last, volume];
  });
}

/** Distances from the last close in quarters; a side and a type give them their meaning. */
const ask = fc.record({
  kind: fc.constantFrom("submit", "submit", "submit", "submit", "amend", "cancel", "cancelAll"),
  symbol: fc.constantFrom(BTC, ETH),
  side: fc.constantFrom("buy" as const, "sell" as const),
  type: fc.constantFrom(
    "market" as const,
    "market" as const,
    "limit" as const,
    "limit" as const,
    "stop" as const,
    "stopLimit" as const,
    "takeProfit" as const,
    "takeProfitLimit" as const,
    "trailingStop" as const,
  ),
  amount: whole(1, 12).map((n) => n / 2),
  distance: whole(-10, 20),
  second: whole(-6, 6),
  timeInForce: fc.constantFrom(
    "GTC" as const,
    "GTC" as const,
    "GTC" as const,
    "IOC" as const,
    "FOK" as const,
    "GTD" as const,
  ),
  hours: whole(1, 5),
  postOnly: fc.constantFrom(false, false, true),
  reduceOnly: fc.constantFrom(false, false, false, true),
  oco: fc.constantFrom(undefined, undefined, "g", "h"),
  protection: fc.option(
    fc.record({
      stop: fc.option(whole(1, 24), { nil: undefined }),
      trail: fc.option(whole(1, 20), { nil: undefined }),
      targets: fc.array(whole(1, 24), { maxLength: 2 }),
    }),
    { nil: undefined, freq: 2 },
  ),
  which: whole(0, 12),
});
type Ask = typeof ask extends fc.Arbitrary<infer T> ? T : never;

/** What is asked for, where the last close is known. */
function instruction(given: Ask, name: string, last: number, bar: number): OrderInstruction {
  const { kind, symbol, side, amount, distance, second, which } = given;
  const earlier = `o${Math.max(0, bar - 1 - (which % 3))}.${which % 4}`;
  if (kind === "cancel") return { action: "cancel", clientOrderId: earlier };
  if (kind === "cancelAll") return { action: "cancelAll", symbol };
  const sign = side === "buy" ? 1 : -1;
  const favourable = Math.max(1, last - (sign * distance) / 4);
  const adverse = Math.max(1, last + (sign * Math.abs(distance)) / 4);
  if (kind === "amend") {
    return {
      action: "amend",
      clientOrderId: earlier,
      ...(which % 2 === 0 && { amount }),
      ...(which % 3 === 0 && { price: favourable }),
      ...(which % 5 === 0 && { triggerPrice: adverse }),
    };
  }
  return { action: "submit", order: request(given, name, sign, last, favourable, adverse, second, bar) };
}

function request(
  { symbol, side, type, amount, distance, timeInForce, hours, postOnly, reduceOnly, oco, protection }: Ask,
  clientOrderId: string,
  sign: number,
  last: number,
  favourable: number,
  adverse: number,
  second: number,
  bar: number,
): OrderRequest {
  const isLimit = type === "limit" || type === "stopLimit" || type === "takeProfitLimit";
  const trigger = type === "stop" || type === "stopLimit" ? adverse : favourable;
  const price = type === "limit" ? favourable : Math.max(1, trigger + second / 4);
  const entry = isLimit ? price : type === "market" || type === "trailingStop" ? last : trigger;
  const isProtected = protection !== undefined && !reduceOnly;
  return {
    clientOrderId,
    symbol,
    side,
    type,
    amount,
    ...(isLimit && { price }),
    ...(type !== "market" && type !== "limit" && type !== "trailingStop" && { triggerPrice: trigger }),
    ...(type === "trailingStop" && {
      trail: {
        distance: (1 + Math.abs(second)) / 4,
        unit: "quote" as const,
        ...(distance > 12 && { activationPrice: Math.max(1, last + (sign * second) / 4) }),
      },
    }),
    timeInForce,
    ...(timeInForce === "GTD" && { expireTime: hour(bar + 1 + hours / 2) }),
    ...(type === "limit" && (timeInForce === "GTC" || timeInForce === "GTD") && { postOnly }),
    reduceOnly,
    ...(oco !== undefined && { ocoGroup: `${symbol} ${oco}` }),
    ...(isProtected && {
      attached: {
        ...(protection.stop !== undefined && {
          stopLoss: { triggerPrice: Math.max(0.25, entry - (sign * protection.stop) / 4) },
        }),
        ...(protection.trail !== undefined && {
          trailingStop: { distance: protection.trail / 4, unit: "quote" as const },
        }),
        ...(protection.targets.length === 1 && {
          takeProfit: { price: Math.max(0.25, entry + (sign * protection.targets[0]) / 4) },
        }),
        ...(protection.targets.length === 2 && {
          takeProfit: {
            ladder: protection.targets.map((target) => ({
              price: Math.max(0.25, entry + (sign * target) / 4),
              fraction: 0.5,
            })),
          },
        }),
      },
    }),
  };
}

/** What fills and costs are made by; the two symbols on one wallet, ETH a spot market or a future. */
export const settings: fc.Arbitrary<BacktestOptions> = fc.record({
  feeBps: fc.constantFrom(0, 10),
  slippageBps: fc.constantFrom(0, 0, 8),
  participation: fc.constantFrom(undefined, undefined, 0.1),
  latency: fc.constantFrom(undefined, undefined, { submitMs: 600_000, cancelMs: 4_000_000 }),
  fillModel: fc.constantFrom(
    "nextOpen" as const,
    "nextOpen" as const,
    "nextWorst" as const,
    "thisClose" as const,
  ),
  pathModel: fc.constantFrom("pessimistic" as const, "favourableFirst" as const, "nearestFirst" as const),
  delayBars: fc.constantFrom(0, 0, 1),
  leverage: fc.constantFrom(1, 5, 20),
  marginMode: fc.constantFrom("isolated" as const, "cross" as const),
  startingBalance: fc.constantFrom(600, 10_000, 10_000),
  markets: fc.constantFrom(
    { [ETH]: { type: "spot" as const, leverage: 1 } },
    { "*": { amountStep: 0.5, priceTick: 0.25 } },
  ),
});

/** Candles of two symbols with gaps, and up to three orders at each close. */
export function unsolved(options: fc.Arbitrary<BacktestOptions> = settings): fc.Arbitrary<Unsolved> {
  return fc
    .record({
      first: moves,
      second: moves,
      asks: fc.array(fc.array(ask, { minLength: 1, maxLength: 3, size: "max" }), {
        minLength: COUNT,
        maxLength: COUNT,
      }),
      options,
    })
    .map(({ first, second, asks, options: given }) => {
      const bars: Readonly<Record<string, readonly Bar[]>> = { [BTC]: barsOf(first), [ETH]: barsOf(second) };
      const lastOf = (symbol: string, bar: number): number =>
        bars[symbol].slice(0, bar + 1).findLast((one) => one !== null)![3];
      return {
        name: "unsolved",
        bars: bars[BTC],
        others: { [ETH]: bars[ETH] },
        orders: Object.fromEntries(
          asks.map((list, bar) => [
            bar,
            list.map((one, k) => instruction(one, `o${bar}.${k}`, lastOf(one.symbol, bar), bar)),
          ]),
        ),
        settings: given,
        fills: [],
        ends: {},
        equity: Number.NaN,
      };
    });
}
