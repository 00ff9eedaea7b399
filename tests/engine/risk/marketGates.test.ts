import { describe, expect, it } from "vitest";
import type { RiskOrder } from "#engine/risk/account.ts";
import type { RiskGuard } from "#engine/risk/guard.ts";
import type { RiskSettings } from "#engine/risk/settings.ts";
import { account, guardOf, HOUR, type Holding, MONDAY, only, order, refusal } from "./fixtures.ts";

describe("spread", () => {
  it.each<[string, [number, number] | undefined, boolean]>([
    ["a spread at its cap", [99.5, 100.5], false],
    ["a spread above it", [99.4, 100.6], true],
    ["a book without offers", [99.9, Number.NaN], true],
    ["a market without quotes", undefined, false],
  ])("judges %s", (_, quote, refused) => {
    const prepare = (guard: RiskGuard): void => {
      if (quote !== undefined) guard.onQuote(0, ...quote);
    };
    expect(refusal({ spread: { maxBps: 100 } }, {}, [], { prepare })).toBe(refused ? "spread" : undefined);
  });
});

describe("price collar", () => {
  const settings: RiskSettings = { priceCollar: { throughFraction: 0.05, awayFraction: 0.5 } };

  it.each<[string, Partial<RiskOrder>, boolean]>([
    ["a market order", {}, false],
    ["a buy at its cap above the market", { price: 105 }, false],
    ["a buy further above", { price: 105.1 }, true],
    ["a sell at its cap below the market", { side: "sell", price: 95 }, false],
    ["a sell further below", { side: "sell", price: 94.9 }, true],
    ["a buy that waits at its cap", { price: 50 }, false],
    ["a buy that waits further away", { price: 49.9 }, true],
    ["a sell that waits at its cap", { side: "sell", price: 150 }, false],
    ["a sell that waits further away", { side: "sell", price: 150.1 }, true],
    ["a stop to buy at its cap", { price: 150, isStop: true }, false],
    ["a stop to buy further away", { price: 151, isStop: true }, true],
    ["a stop to sell", { side: "sell", price: 60, isStop: true }, false],
    ["a price before the market has one", { market: 1, price: 100 }, true],
  ])("judges %s", (_, asked, refused) => {
    const found = refusal(settings, asked, [{}, { price: Number.NaN }]);
    expect(found).toBe(refused ? "priceCollar" : undefined);
  });
});

/** Tells closes at full hours, hour 0 first; NaN for an hour without a candle. */
function tell(guard: RiskGuard, market: number, closes: readonly number[]): void {
  closes.forEach((close, hour) => {
    const time = MONDAY + hour * HOUR;
    if (!Number.isNaN(close)) guard.onCandle(time, market, time - HOUR, close, close, close);
  });
}

/** Closes that make these returns from 100 on. */
function closes(...returns: readonly number[]): number[] {
  const path = [100];
  for (const one of returns) path.push(path[path.length - 1] * (1 + one));
  return path;
}

describe("volatility", () => {
  // Returns +1 %, −1 %, +1 %, −1 %: deviation √(4/3) % an hour (ddof 1), × √8760 a year = 1.080740…
  const annual = Math.sqrt(4 / 3) * 0.01 * Math.sqrt(8760);
  const told = closes(0.01, -0.01, 0.01, -0.01);

  it.each<[string, number, number, readonly number[], boolean]>([
    ["volatility at its cap", annual, 4, told, false],
    ["volatility above it", annual * 0.999, 4, told, true],
    ["too few returns to judge", 0.1, 5, told, false],
    ["returns across a gap, of which there are none", 0.1, 3, [100, 120, Number.NaN, 90, 140], false],
  ])("judges %s", (_, maxAnnual, minSamples, path, refused) => {
    const volatility = { maxAnnual, sampleMs: HOUR, samples: 100, minSamples };
    const time = MONDAY + (path.length - 1) * HOUR;
    const found = refusal({ volatility }, {}, [], { time, prepare: (guard) => tell(guard, 0, path) });
    expect(found).toBe(refused ? "volatility" : undefined);
  });

  it("looks at the last samples only, and not at the hour that is not over", () => {
    const { guard } = guardOf(
      only({ volatility: { maxAnnual: 0.5, sampleMs: HOUR, samples: 3, minSamples: 3 } }),
    );
    tell(guard, 0, closes(0.5, 0, 0, 0));
    guard.onPrice(MONDAY + 4.5 * HOUR, 0, 500);
    expect(guard.check(order(), account(), MONDAY + 4.5 * HOUR)).toBeUndefined();
    guard.onPrice(MONDAY + 5 * HOUR, 0, 500);
    expect(guard.check(order(), account(), MONDAY + 5 * HOUR)?.rule).toBe("volatility");
  });
});

describe("correlation cap", () => {
  // By hand, in percent: x = 1, 2, 3 (mean 2) and y = 1, 3, 2 (mean 2): Σxy = (−1)(−1) + 0·1 + 1·0 = 1,
  // Σx² = Σy² = 2, so the correlation is 1 ÷ √(2 · 2) = 0.5.
  const x = closes(0.01, 0.02, 0.03);
  const y = closes(0.01, 0.03, 0.02);
  const inverse = closes(-0.01, -0.02, -0.03);
  const rule = (max: number, more: object = {}): RiskSettings => ({
    correlation: { max, maxCorrelated: 0, sampleMs: HOUR, samples: 3, minSamples: 3, ...more },
  });

  it.each<[string, RiskSettings, readonly number[], Partial<RiskOrder>, Holding[], boolean]>([
    ["a correlation at its cap", rule(0.5), y, {}, [{}, { amount: 1 }], false],
    ["a correlation above it", rule(0.49), y, {}, [{}, { amount: 1 }], true],
    ["the opposite direction, which sets off", rule(0.49), y, {}, [{}, { amount: -1 }], false],
    ["two shorts", rule(0.49), y, { side: "sell" }, [{}, { amount: -1 }], true],
    [
      "markets that move against each other, held the same way",
      rule(0.5),
      inverse,
      {},
      [{}, { amount: 1 }],
      false,
    ],
    [
      "markets that move against each other, held opposite ways",
      rule(0.5),
      inverse,
      {},
      [{}, { amount: -1 }],
      true,
    ],
    ["a position whose first order waits", rule(0.49), y, {}, [{}, { buys: 1 }], true],
    ["a position that is being left", rule(0.49), y, {}, [{}, { amount: 1, leaving: 1 }], false],
    ["nothing else held", rule(0.49), y, {}, [], false],
    ["scaling in", rule(0.49), y, {}, [{ amount: 1 }, { amount: 1 }], false],
    ["as many as are allowed", rule(0.49, { maxCorrelated: 1 }), y, {}, [{}, { amount: 1 }], false],
    ["a market that does not move", rule(0), [100, 100, 100, 100], {}, [{}, { amount: 1 }], false],
    ["too few returns in common", rule(0.49), [100, Number.NaN, 103, 105], {}, [{}, { amount: 1 }], false],
  ])("judges %s", (_, settings, other, asked, holdings, refused) => {
    const prepare = (guard: RiskGuard): void => {
      tell(guard, 0, x);
      tell(guard, 1, other);
    };
    const found = refusal(settings, asked, holdings, { time: MONDAY + 3 * HOUR, prepare });
    expect(found).toBe(refused ? "correlation" : undefined);
  });

  it("names what moves with it, and how much", () => {
    const { guard } = guardOf(only(rule(0.4)));
    tell(guard, 0, x);
    tell(guard, 1, y);
    expect(guard.check(order(), account([{}, { amount: 1 }]), MONDAY + 3 * HOUR)?.message).toBe(
      "correlation: BTC/USDT: it moves with ETH/USDT (0.5); allowed are 0 positions with a correlation above 0.4.",
    );
  });
});
