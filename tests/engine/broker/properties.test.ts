import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BrokerSettings, MarketSpec } from "#engine/broker/settings.ts";
import { SimulatedBroker } from "#engine/broker/simulated.ts";
import type { LiveOrder } from "#engine/orders/liveOrder.ts";
import type { OrderRequest } from "#engine/orders/order.ts";
import { hasEnded } from "#engine/orders/transitions.ts";
import { MINUTE, Tape } from "./exchange.ts";

const MARKETS: readonly MarketSpec[] = [
  { id: "A", symbol: "A", exchange: "one", type: "spot" },
  { id: "B", symbol: "B", exchange: "one", type: "linear", leverage: 5 },
  { id: "C", symbol: "C", exchange: "two", type: "linear", leverage: 20, marginMode: "cross" },
  {
    id: "D",
    symbol: "D",
    exchange: "two",
    type: "linear",
    leverage: 3,
    marginMode: "cross",
    amountStep: 0.5,
  },
];
const START = { one: 4_000, two: 600 };

/** One bar of one market as moves of the last close in hundredths; absent where the market has a gap. */
type Move = { gap: number; up: number; down: number; close: number; volume: number } | null;
type Act =
  | { kind: "submit"; market: number; request: Omit<OrderRequest, "symbol"> }
  | { kind: "cancel"; which: number }
  | { kind: "amend"; which: number; amount?: number; factor: number }
  | { kind: "funding"; market: number; rate: number };
type Round = { acts: Act[]; moves: Move[]; marks: number };

const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  {
    weight: 9,
    arbitrary: fc.record({
      gap: whole(-6, 6),
      up: whole(0, 8),
      down: whole(0, 8),
      close: whole(0, 4),
      volume: whole(0, 40),
    }),
  },
);

/** Prices as they are where the last one is 100; they move with it. */
const near = whole(-8, 8).map((step) => 100 + step);

/** Protection as distances from the last price, on the right side of an order of this direction. */
const protection = fc.record(
  {
    stop: fc.record({ distance: whole(1, 8), limit: fc.option(whole(-2, 3), { nil: undefined }) }),
    trail: whole(1, 6),
    targets: fc.array(fc.record({ distance: whole(1, 8), fraction: fc.constantFrom(0.25, 0.5) }), {
      minLength: 1,
      maxLength: 2,
    }),
    isLadder: fc.boolean(),
  },
  { requiredKeys: ["isLadder"] },
);

function attach(
  direction: number,
  { stop, trail, targets, isLadder }: typeof protection extends fc.Arbitrary<infer T> ? T : never,
): OrderRequest["attached"] {
  const ladder = (targets ?? []).map(({ distance, fraction }) => ({
    price: 100 + direction * distance,
    fraction,
  }));
  return {
    ...(stop !== undefined && {
      stopLoss: {
        triggerPrice: 100 - direction * stop.distance,
        ...(stop.limit !== undefined && { price: 100 - direction * (stop.distance + stop.limit) }),
      },
    }),
    ...(trail !== undefined && { trailingStop: { distance: trail, unit: "quote" as const } }),
    ...(ladder.length > 0 && { takeProfit: isLadder ? { ladder } : { price: ladder[0].price } }),
  };
}

/** A request made where the last price is 100, moved to where it is. */
function moved(request: Omit<OrderRequest, "symbol">, last: number): Omit<OrderRequest, "symbol"> {
  const by = last - 100;
  const { price, triggerPrice, trail, attached } = request;
  const to = (given: number): number => given + by;
  const stopLoss = attached?.stopLoss;
  const target = attached?.takeProfit;
  return {
    ...request,
    price: price && to(price),
    triggerPrice: triggerPrice && to(triggerPrice),
    trail: trail && { ...trail, activationPrice: trail.activationPrice && to(trail.activationPrice) },
    attached: attached && {
      ...attached,
      stopLoss: stopLoss && {
        ...stopLoss,
        triggerPrice: to(stopLoss.triggerPrice),
        price: stopLoss.price && to(stopLoss.price),
      },
      takeProfit:
        target &&
        ("ladder" in target
          ? { ladder: target.ladder.map((rung) => ({ ...rung, price: to(rung.price) })) }
          : { price: to(target.price) }),
    },
  };
}

const request: fc.Arbitrary<Omit<OrderRequest, "symbol">> = fc
  .record({
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
    amount: whole(1, 20).map((n) => n / 2),
    price: near,
    triggerPrice: near,
    triggerBy: fc.constantFrom("last" as const, "last" as const, "mark" as const),
    trail: fc.record({
      distance: whole(1, 6),
      unit: fc.constant("quote" as const),
      activationPrice: fc.option(near, { nil: undefined }),
    }),
    timeInForce: fc.constantFrom("GTC" as const, "GTC" as const, "IOC" as const, "FOK" as const),
    postOnly: fc.boolean(),
    reduceOnly: fc.constantFrom(false, false, true),
    cutToBalance: fc.boolean(),
    ocoGroup: fc.constantFrom(undefined, undefined, "g", "h"),
    protect: fc.option(protection, { nil: undefined, freq: 2 }),
  })
  .map(({ protect, ...all }) => {
    const needs = all.type;
    const hasPrice = needs === "limit" || needs === "stopLimit" || needs === "takeProfitLimit";
    const hasTrigger = needs !== "market" && needs !== "limit" && needs !== "trailingStop";
    return {
      ...all,
      price: hasPrice ? all.price : undefined,
      triggerPrice: hasTrigger ? all.triggerPrice : undefined,
      trail: needs === "trailingStop" ? all.trail : undefined,
      postOnly: needs === "limit" && all.timeInForce === "GTC" && all.postOnly,
      attached:
        all.reduceOnly || protect === undefined ? undefined : attach(all.side === "buy" ? 1 : -1, protect),
    };
  });

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("submit" as const), market: whole(0, 3), request }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancel" as const), which: whole(0, 9) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("amend" as const),
      which: whole(0, 9),
      amount: fc.option(
        whole(1, 20).map((n) => n / 2),
        { nil: undefined },
      ),
      factor: fc.constantFrom(0.97, 0.99, 1.01, 1.03),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("funding" as const),
      market: whole(1, 3),
      rate: whole(-20, 20).map((n) => n / 1000),
    }),
  },
);

const rounds: fc.Arbitrary<Round[]> = fc.array(
  fc.record({
    acts: fc.array(act, { minLength: 1, maxLength: 4 }),
    moves: fc.array(move, { minLength: 4, maxLength: 4 }),
    marks: whole(0, 3),
  }),
  { minLength: 12, maxLength: 30 },
);

const settings: fc.Arbitrary<BrokerSettings> = fc.record({
  venues: fc.record({
    one: fc.record({
      startingBalance: fc.constant(START.one),
      fees: fc.constantFrom(
        { kind: "flat", makerBps: -1, takerBps: 5, perFillQuote: 0.01 } as const,
        {
          kind: "tiered",
          tiers: [
            { minVolumeQuote: 0, makerBps: 5, takerBps: 10 },
            { minVolumeQuote: 1_000, makerBps: 1, takerBps: 3 },
          ],
        } as const,
      ),
      slippage: fc.constantFrom(
        { kind: "none" } as const,
        { kind: "fixedBps", bps: 7 } as const,
        { kind: "volumeShare" } as const,
        {
          kind: "bookWalk",
          depth: [
            { distanceBps: 2, amountQuote: 300 },
            { distanceBps: 20, amountQuote: 500 },
          ],
        } as const,
      ),
      participation: fc.constantFrom(undefined, 0.1),
      latency: fc.constantFrom(undefined, { submitMs: 20_000, cancelMs: 70_000 }),
    }),
    two: fc.record({
      startingBalance: fc.constant(START.two),
      fees: fc.constant({ kind: "flat", makerBps: 2, takerBps: 4 } as const),
      participation: fc.constantFrom(undefined, 0.3),
    }),
  }),
  fillModel: fc.constantFrom("nextOpen", "nextOpen", "nextWorst", "thisClose"),
  pathModel: fc.constantFrom("pessimistic", "favourableFirst", "nearestFirst"),
  delayBars: fc.constantFrom(0, 0, 1, 2),
  triggerBy: fc.constantFrom("last", "last", "mark"),
});

type Bar = { open: number; high: number; low: number; close: number };

/** Drives a broker through rounds; `after` is called when a round has been folded. */
class Drive {
  time = 0;
  constructor(readonly isAtOnce = false) {}
  readonly last = [100, 100, 100, 100];
  /** Of this round, and the last that each market had. */
  readonly bars: (Bar | undefined)[] = [];
  readonly lastBars: Bar[] = [];

  round(broker: SimulatedBroker, { acts, moves, marks }: Round): void {
    for (const one of acts) this.#act(broker, one);
    const closeTime = this.time + MINUTE;
    MARKETS.forEach((_, m) => {
      const its = moves[m];
      this.bars[m] = undefined;
      if (its === null) return;
      const open = Math.max(20, this.last[m] + its.gap);
      const high = open + its.up;
      const low = open - its.down;
      const close = low + ((high - low) * its.close) / 4;
      this.bars[m] = { open, high, low, close };
      this.lastBars[m] = { open, high, low, close };
      this.last[m] = close;
      if (marks === m) broker.markCandle(m, open + 1, high + 1, low - 1, close);
      if (this.isAtOnce) broker.candle(m, this.time, closeTime, open, high, low, close, its.volume);
      else broker.beginCandle(m, this.time, closeTime, open, high, low, close, its.volume);
    });
    if (!this.isAtOnce) {
      broker.openPhase();
      broker.inside();
      broker.close();
    }
    this.time = closeTime;
  }

  #act(broker: SimulatedBroker, one: Act): void {
    if (one.kind === "submit") {
      const request = moved(one.request, this.last[one.market]);
      broker.submit(one.market % 2, { ...request, symbol: MARKETS[one.market].id }, this.time);
    } else if (one.kind === "funding") {
      broker.funding(one.market, this.time, one.rate, this.last[one.market]);
    } else {
      const order = broker.openOrders()[one.which];
      if (order === undefined) return;
      if (one.kind === "cancel") broker.cancel(order.clientOrderId, this.time);
      else {
        const price = Math.round(order.price * one.factor * 100) / 100;
        const triggerPrice = order.type === "trailingStop" ? Number.NaN : order.triggerPrice * one.factor;
        broker.amendOrder(
          order,
          one.amount ?? Number.NaN,
          price,
          order.isTriggered ? Number.NaN : triggerPrice,
          this.time,
        );
      }
    }
  }
}

/** The ledger again, from what was told alone: positions by average cost with every fill summed up anew. */
class Ledger {
  readonly #held = MARKETS.map(() => ({ amount: 0, cost: 0 }));
  #fills = 0;
  realised = 0;
  fees = 0;

  follow({ fills }: Tape): void {
    for (; this.#fills < fills.length; this.#fills++) {
      const { market, direction, amount, price, fee } = fills[this.#fills];
      const held = this.#held[market];
      const before = held.amount;
      const signed = direction * amount;
      const closed = before * signed < 0 ? Math.min(Math.abs(before), amount) : 0;
      if (closed > 0) {
        const entry = held.cost / before;
        this.realised += Math.sign(before) * closed * (price - entry);
        held.cost -= Math.sign(before) * closed * entry;
        held.amount -= Math.sign(before) * closed;
      }
      held.amount += direction * (amount - closed);
      held.cost += direction * (amount - closed) * price;
      if (Math.abs(held.amount) < 1e-9) Object.assign(held, { amount: 0, cost: 0 });
      this.fees += fee;
    }
  }

  equity(prices: ArrayLike<number>, funding: number): number {
    const unrealised = this.#held.reduce(
      (sum, { amount, cost }, m) => sum + (amount === 0 ? 0 : amount * prices[m] - cost),
      0,
    );
    return START.one + START.two + this.realised + unrealised - this.fees - funding;
  }
}

const RUNS = { numRuns: 200 };

describe("whatever is asked of the broker", () => {
  it("equity is starting balance + realised + unrealised − fees − funding, from the fills alone, at every event", () => {
    let fillCount = 0;
    let liquidationCount = 0;
    fc.assert(
      fc.property(settings, rounds, (given, all) => {
        const tape = new Tape();
        const broker = new SimulatedBroker(given, MARKETS, tape);
        const ledger = new Ledger();
        const check = (): void => {
          ledger.follow(tape);
          const funding = tape.funding.reduce((sum, { payment }) => sum + payment, 0);
          const expected = ledger.equity(broker.account.price, funding);
          const given = broker.account.equity();
          expect(Math.abs(given - expected)).toBeLessThanOrEqual(
            1e-9 * Math.max(START.one, Math.abs(expected)),
          );
          const owned = broker.account.ownerProfit(0) + broker.account.ownerProfit(1);
          expect(Math.abs(given - START.one - START.two - owned)).toBeLessThanOrEqual(
            1e-9 * Math.max(START.one, Math.abs(given)),
          );
        };
        tape.afterFill = check;
        const drive = new Drive();
        for (const round of all) {
          drive.round(broker, round);
          check();
        }
        fillCount += tape.fills.length;
        liquidationCount += tape.liquidations.length;
      }),
      RUNS,
    );
    // The property must have had something to look at.
    expect(fillCount).toBeGreaterThan(2_000);
    expect(liquidationCount).toBeGreaterThan(3);
  });

  it("no fill lies outside its candle before slippage, and none has a price beyond its limit", () => {
    fc.assert(
      fc.property(settings, rounds, (given, all) => {
        const tape = new Tape();
        const broker = new SimulatedBroker(given, MARKETS, tape);
        const drive = new Drive();
        let seen = 0;
        tape.afterFill = (order: LiveOrder) => {
          const { price, direction } = tape.fills.at(-1)!;
          const isLimited =
            order.type === "limit" || order.type === "stopLimit" || order.type === "takeProfitLimit";
          if (isLimited) expect(direction * (price - order.price)).toBeLessThanOrEqual(0);
        };
        for (const round of all) {
          const lastBars = [...drive.lastBars];
          const startTime = drive.time;
          drive.round(broker, round);
          for (; seen < tape.fills.length; seen++) {
            const { market, direction, price, slippage, amount, time } = tape.fills[seen];
            const clean = price - (direction * slippage) / amount;
            const isIn = (bar: Bar | undefined): boolean =>
              bar !== undefined && clean >= bar.low - 1e-9 && clean <= bar.high + 1e-9;
            // What fills at the close of its decision is of the candle before, told when the next one's time begins.
            const isAtClose = given.fillModel === "thisClose" && time === startTime;
            expect(isIn(drive.bars[market]) || (isAtClose && isIn(lastBars[market]))).toBe(true);
          }
        }
      }),
      RUNS,
    );
  });

  it("filled + remaining = amount, what is reserved is what resting orders need, and no spot is short", () => {
    fc.assert(
      fc.property(settings, rounds, (given, all) => {
        const tape = new Tape();
        const broker = new SimulatedBroker(given, MARKETS, tape);
        const drive = new Drive();
        for (const round of all) {
          drive.round(broker, round);
          const open = broker.openOrders();
          for (const order of open) {
            expect(hasEnded(order.status)).toBe(false);
            expect(order.filled + order.remaining).toBeCloseTo(order.amount, 12);
            expect(order.filled).toBeGreaterThanOrEqual(0);
            expect(order.remaining).toBeGreaterThan(0);
            expect(order.filled > 0).toBe(order.cost > 0);
          }
          [0, 1].forEach((venue) => {
            const sum = open
              .filter(({ market }) => (market < 2 ? 0 : 1) === venue)
              .reduce((total, { reserved }) => total + reserved, 0);
            expect(broker.account.reserved[venue]).toBeCloseTo(sum, 6);
          });
          expect(broker.account.amount[0]).toBeGreaterThanOrEqual(0);
          for (const order of open) {
            if (!order.reduceOnly || !order.isAccepted) continue;
            expect(broker.account.amount[order.market] * order.direction).toBeLessThan(0);
          }
        }
        const amounts = [0, 0, 0, 0];
        for (const { market, direction, amount } of tape.fills) amounts[market] += direction * amount;
        amounts.forEach((amount, m) => {
          expect(broker.account.amount[m]).toBeCloseTo(amount, 9);
        });
      }),
      RUNS,
    );
  });

  it("folding in two halves with a snapshot between is folding at once", () => {
    fc.assert(
      fc.property(settings, rounds, fc.nat(), (given, all, cut) => {
        const whole = new Tape();
        const atOnce = new SimulatedBroker(given, MARKETS, whole);
        const drive = new Drive();
        for (const round of all) drive.round(atOnce, round);

        const halves = new Tape();
        let broker = new SimulatedBroker(given, MARKETS, halves);
        const again = new Drive();
        all.forEach((round, i) => {
          if (i === cut % all.length) {
            const saved: unknown = JSON.parse(JSON.stringify(broker.snapshot()));
            broker = SimulatedBroker.restore(given, MARKETS, halves, saved);
            expect(JSON.parse(JSON.stringify(broker.snapshot()))).toEqual(saved);
          }
          again.round(broker, round);
        });
        expect(halves.fills).toEqual(whole.fills);
        expect(halves.orders).toEqual(whole.orders);
        expect(JSON.stringify(broker.snapshot())).toBe(JSON.stringify(atOnce.snapshot()));
      }),
      RUNS,
    );
  });

  it("a candle told at once is a candle told in its phases", () => {
    fc.assert(
      fc.property(settings, rounds, (given, all) => {
        const [phased, atOnce] = [new Tape(), new Tape()];
        const one = [
          new SimulatedBroker(given, MARKETS, phased),
          new SimulatedBroker(given, MARKETS, atOnce),
        ];
        const drives = [new Drive(), new Drive(true)];
        for (const round of all) {
          const alone = { ...round, moves: round.moves.map((its, m) => (m === 1 ? its : null)) };
          drives.forEach((drive, i) => {
            drive.round(one[i], alone);
          });
        }
        expect(atOnce.fills).toEqual(phased.fills);
        expect(atOnce.orders).toEqual(phased.orders);
        expect(JSON.stringify(one[1].snapshot())).toBe(JSON.stringify(one[0].snapshot()));
      }),
      RUNS,
    );
  });

  it("what comes later changes nothing of what came before", () => {
    fc.assert(
      fc.property(settings, rounds, rounds, (given, first, more) => {
        const short = new Tape();
        const shortDrive = new Drive();
        const shortBroker = new SimulatedBroker(given, MARKETS, short);
        for (const round of first) shortDrive.round(shortBroker, round);
        const long = new Tape();
        const longDrive = new Drive();
        const longBroker = new SimulatedBroker(given, MARKETS, long);
        for (const round of [...first, ...more]) longDrive.round(longBroker, round);
        expect(long.fills.slice(0, short.fills.length)).toEqual(short.fills);
        expect(long.orders.slice(0, short.orders.length)).toEqual(short.orders);
      }),
      { numRuns: 60 },
    );
  });
});
