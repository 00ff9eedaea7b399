import { expect, test } from "vitest";
import type { BacktestOptions } from "#engine/backtest/options.ts";
import { doubledCosts, worseFills } from "#engine/stress/worseFills.ts";

test("each variant changes its own assumption and keeps all others", () => {
  const options: BacktestOptions = { startingBalance: 500, feeBps: 4, slippageBps: 3, delayBars: 2, seed: 7 };
  const [worst, later, doubled, together] = worseFills(options).map((variant) => variant.options);
  expect(worst).toEqual({ ...options, fillModel: "nextWorst" });
  expect(later).toEqual({ ...options, delayBars: 3 });
  expect(doubled).toEqual({ ...options, feeBps: 8, slippageBps: 6 });
  expect(together).toEqual({ ...options, fillModel: "nextWorst", delayBars: 3, feeBps: 8, slippageBps: 6 });
});

test("the engine's own fee is doubled where none was asked for", () => {
  expect(doubledCosts({})).toEqual({ feeBps: 20 });
});

test("models double their rates, tiers and distances on every venue; a rebate is not paid", () => {
  const options: BacktestOptions = {
    fees: { kind: "flat", makerBps: -1, takerBps: 5, perFillQuote: 0.5 },
    slippage: { kind: "volumeShare" },
    venues: {
      a: {
        startingBalance: 10,
        fees: {
          kind: "tiered",
          tiers: [{ minVolumeQuote: 0, makerBps: 2, takerBps: 4 }],
          priorVolumeQuote: 9,
        },
        slippage: { kind: "bookWalk", depth: [{ distanceBps: 3, amountQuote: 1000 }] },
      },
      b: { slippage: { kind: "fixedBps", bps: 1.5 } },
      c: { slippage: { kind: "none" } },
    },
  };
  expect(doubledCosts(options)).toEqual({
    fees: { kind: "flat", makerBps: 0, takerBps: 10, perFillQuote: 1 },
    slippage: { kind: "volumeShare", priceImpact: 0.2 },
    venues: {
      a: {
        startingBalance: 10,
        fees: {
          kind: "tiered",
          tiers: [{ minVolumeQuote: 0, makerBps: 4, takerBps: 8 }],
          priorVolumeQuote: 9,
        },
        slippage: { kind: "bookWalk", depth: [{ distanceBps: 6, amountQuote: 1000 }] },
      },
      b: { slippage: { kind: "fixedBps", bps: 3 } },
      c: { slippage: { kind: "none" } },
    },
  });
});
