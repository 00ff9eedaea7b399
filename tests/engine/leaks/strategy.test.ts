import { describe, expect, it } from "vitest";
import { sma, step } from "#engine/catalogue/vocabulary.ts";
import { leakProbe } from "#engine/leaks/probe.ts";
import { strategyFeatures, strategySubject } from "#engine/leaks/strategy.ts";
import { builtInStrategies } from "#engine/strategies/index.ts";
import { defineStrategy, type Strategy } from "#engine/strategy/contract.ts";
import { inputOf, walk } from "./subjects.ts";

const universe = [walk(700), walk(700, "ETH/USDT", 2), walk(700, "SOL/USDT", 3)];
const input = inputOf(...universe);
const OPTIONS = { cuts: 12, blanks: false };

function leaking(create: () => Strategy): string[] {
  const { columns } = leakProbe(strategySubject(create), input, OPTIONS);
  return columns
    .filter(({ verdict }) => verdict !== "clean" && verdict !== "untested")
    .map(({ name }) => name);
}

describe("a strategy under the probe", () => {
  it("is clean for each one that ships, in its features, decisions, fills and earnings", () => {
    // The made-up markets trade too little for the confluence's own liking.
    const parametersOf = { "macd-rsi-confluence": { minQuoteVolume: 0 }, "momentum-rank": {} };
    for (const [name, strategy] of Object.entries(builtInStrategies)) {
      const parameters = parametersOf[name as keyof typeof parametersOf];
      const report = leakProbe(
        strategySubject(() => strategy, { parameters }),
        input,
        OPTIONS,
      );
      expect(report.columns.filter(({ verdict }) => verdict === "leaks" || verdict === "unstable")).toEqual(
        [],
      );
      expect(report.failures).toBe(0);
      const names = report.columns.map(({ name }) => name);
      expect(names).toContain("equity");
      expect(names.some((name) => name.startsWith("decides "))).toBe(true);
      expect(names.some((name) => name.startsWith("fills "))).toBe(true);
      expect(report.verdict).toBe("clean");
    }
  });

  it("is clean with signals, stops and targets", () => {
    const strategy = defineStrategy({
      name: "cross",
      timeframe: "5m",
      history: 30,
      features: ({ close }) => ({ fast: sma(close, 5), slow: sma(close, 20) }),
      exits: { stopLoss: { kind: "fixed", fraction: 0.01 }, takeProfit: { fraction: 0.02 } },
      decide: ({ market }) => ({
        signals: market.rows.map(({ symbol, features }) => ({
          symbol,
          direction: features.fast > features.slow ? "long" : "flat",
        })),
      }),
    });
    expect(leaking(() => strategy)).toEqual([]);
  });

  it("leaks in its decisions when a step of its own hands the future on through a variable", () => {
    // Features are computed over the whole history before the first decision: what a step leaves outside of itself
    // is the last row's, whenever it is read.
    const create = (): Strategy => {
      let latest = Number.NaN;
      return defineStrategy({
        name: "smuggler",
        timeframe: "5m",
        history: 20,
        features: ({ close }) => ({ same: step([close], () => (x) => (latest = x)) }),
        decide: ({ market }) => {
          const [first] = market.rows;
          return first.features.same < latest ? { [first.symbol]: 0.5 } : {};
        },
      });
    };
    const names = leaking(create);
    expect(names).toContain("decides BTC/USDT");
    expect(names.some((name) => name.startsWith("same"))).toBe(false);
  });

  it("is unstable when a module keeps what it has seen from one run to the next", () => {
    let top = 0;
    const strategy = defineStrategy({
      name: "keeper",
      timeframe: "5m",
      history: 20,
      features: ({ close }) => ({ average: sma(close, 5) }),
      decide: ({ market }) => {
        const [first] = market.rows;
        top = Math.max(top, first.candle.close);
        return first.candle.close >= top ? { [first.symbol]: 0.5 } : {};
      },
    });
    expect(leaking(() => strategy)).toContain("equity");
  });

  it("passes on what is frozen into it, which does not change with the data: the probe sees data only", () => {
    const create = (seen: Float64Array): Strategy =>
      defineStrategy({
        name: "orders",
        timeframe: "5m",
        history: 20,
        features: ({ close }) => ({ average: sma(close, 5) }),
        decide: ({ market, portfolio }) => {
          const [first] = market.rows;
          const at = universe[0].timestamp.indexOf(first.candle.timestamp);
          // Reads an array that holds the next close, as a variable of another cell might.
          if (portfolio.position(first.symbol) !== undefined || !(seen[at + 1] > first.candle.close))
            return { orders: [] };
          const order = { symbol: first.symbol, side: "buy", type: "market", amount: 1 } as const;
          return { orders: [{ action: "submit", order }] };
        },
      });
    expect(leaking(() => create(universe[0].close))).toEqual([]);
  });

  it("has the columns of its features alone as well, the same as beside its decisions", () => {
    const strategy = builtInStrategies["momentum-rank"];
    const alone = strategyFeatures(() => strategy).create()(input);
    const beside = strategySubject(() => strategy).create()(input);
    expect(alone.length).toBeGreaterThan(0);
    expect(alone).toEqual(beside.slice(0, alone.length));
    expect(beside[alone.length].name).toMatch(/^decides /);
  });

  it("is clean when it never decides upon a symbol that it might have on another future", () => {
    // Only a fall that the history does not have brings it in.
    const lowest = Math.min(...universe[1].close);
    const strategy = defineStrategy({
      name: "patient",
      timeframe: "5m",
      history: 20,
      features: ({ close }) => ({ average: sma(close, 5) }),
      decide: ({ market }) =>
        market.rows
          .filter(({ symbol, candle }) => symbol === "BTC/USDT" || candle.close < lowest)
          .map(({ symbol }) => ({ symbol, weight: 0.3 })),
    });
    expect(leaking(() => strategy)).toEqual([]);
  });
});
