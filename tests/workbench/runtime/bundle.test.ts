// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts of cells hold interpolations
import { afterEach, describe, expect, test } from "vitest";
import * as engine from "#engine";
import { linkStrategyText } from "#engine/strategy/link.ts";
import type { StrategyModule } from "#engine/strategy/module.ts";
import { Bench, FakeInput } from "./harness.ts";

const engineNames = new Set(Object.keys(engine));
const benches: Bench[] = [];

async function opened(
  cells: Parameters<Bench["open"]>[0],
  library: Record<string, unknown> = {},
): Promise<Bench> {
  const bench = new Bench({ library: { ...engine, ...library }, engineNames });
  benches.push(bench);
  return bench.open(cells);
}

afterEach(() => {
  for (const bench of benches.splice(0)) bench.runtime.dispose();
});

/** The bundle of the strategy under a name, `strategy` unless told. */
function bundled(bench: Bench, name = "strategy"): StrategyModule {
  return bench.runtime.bundle(bench.runtime.value(name));
}

/** What the module text gives when it is linked as every place links it. */
function linked(text: string): engine.Strategy {
  return new Function("walkforward", linkStrategyText(text, engineNames))(engine) as engine.Strategy;
}

/** A strategy cell whose decision is a weight of the given expression. */
function deciding(weight: string, before = ""): string {
  return `${before}
const strategy = defineStrategy({
  name: "test", timeframe: "5m", history: 20,
  features: ({ close }) => ({ average: sma(close, 20) }),
  decide: ({ market }) => [{ symbol: "BTC/USDT", weight: ${weight} }],
});`;
}

function weightOf(text: string): unknown {
  const decide = linked(text).decide as unknown as (input: unknown) => { weight: number }[];
  return decide({ market: {} })[0].weight;
}

/** The error that bundling these cells gives. */
async function refusal(cells: Parameters<Bench["open"]>[0], library = {}): Promise<engine.EngineError> {
  const bench = await opened(cells, library);
  try {
    bundled(bench);
  } catch (error) {
    return error as engine.EngineError;
  }
  throw new Error("It was bundled.");
}

describe("what comes along", () => {
  test("a slider's value is frozen in and another cell's function comes as code, with what it needs", async () => {
    const slider = new FakeInput(30);
    const bench = await opened(
      [
        "const threshold = view(slider)",
        [
          "ts",
          "const scale: number = 100;\nfunction capped(x: number): number {\n  return Math.min(x / scale, limit); // a cap\n}",
        ],
        "const limit = threshold * 0.01;",
        deciding("capped(threshold)"),
      ],
      { slider },
    );
    const { text, hash } = bundled(bench);
    expect(text).toBe(`import { defineStrategy, sma } from "walkforward";
const limit = 0.3;
const scale = 100;
const threshold = 30;
function capped(x) {
    return Math.min(x / scale, limit);
}
export default defineStrategy({
  name: "test", timeframe: "5m", history: 20,
  features: ({ close }) => ({ average: sma(close, 20) }),
  decide: ({ market }) => [{ symbol: "BTC/USDT", weight: capped(threshold) }],
});
`);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(weightOf(text)).toBe(0.3);
    slider.set(10);
    await bench.until(() => bench.runtime.value("limit") === 0.1);
    await bench.runtime.settled();
    expect(bundled(bench).text).toContain("const threshold = 10;");
    expect(weightOf(bundled(bench).text)).toBe(0.1);
  });

  test("the same cells give the same text, whatever is written around them", async () => {
    const helper = "function half(x) { return x / 2; }";
    const first = bundled(await opened([helper, deciding("half(1)")]));
    const second = bundled(
      await opened([
        "const apart = 1",
        `// a comment\n\n  ${helper} // another\nconst more = () => half(2);`,
        ["md", "Prose"],
        deciding("half(1) /* here */", "// before\n\ndisplay(1);\n"),
      ]),
    );
    expect(second).toEqual(first);
    const third = bundled(await opened([helper, deciding("half(2)")]));
    expect(third.hash).not.toBe(first.hash);
  });

  test("a strategy handed over inside its own cell has the text that others get", async () => {
    const seen: string[] = [];
    const cells = ["const w = 0.5", deciding("w")];
    const bench = new Bench({
      library: { ...engine },
      engineNames,
      perRun: {
        evaluate: () => (strategy: unknown) => {
          seen.push(bench.runtime.bundle(strategy).text);
        },
      },
    });
    benches.push(bench);
    await bench.open([
      cells[0],
      `${cells[1]}\nevaluate(strategy);`,
      "evaluate(strategy)",
      `evaluate(${deciding("w").split("= ")[1]}`,
    ]);
    expect(seen.length).toBe(2);
    expect(seen[0]).toBe(seen[1]);
  });

  test("a strategy that is not given a name can be bundled", async () => {
    const bench = await opened([
      `const all = [${deciding("0.25").split("const strategy = ")[1].replace(/;$/, "")}];`,
    ]);
    const [first] = bench.runtime.value("all") as unknown[];
    expect(weightOf(bench.runtime.bundle(first).text)).toBe(0.25);
  });

  test("two strategies of one cell are told apart", async () => {
    const bench = await opened([`${deciding("0.1")}\n${deciding("0.2").replace("strategy =", "other =")}`]);
    expect(weightOf(bundled(bench).text)).toBe(0.1);
    expect(weightOf(bundled(bench, "other").text)).toBe(0.2);
  });

  test("values keep their kind and order, and are frozen", async () => {
    const bench = await opened([
      'const table = { "a-b": [1, -0, NaN, Infinity], ["__proto__"]: null, deep: { text: "</script>\\u2028" }, none: undefined };',
      "const column = Float64Array.of(1.5, NaN);",
      deciding("[table, column]"),
    ]);
    const { text } = bundled(bench);
    const [table, column] = weightOf(text) as [Record<string, unknown>, Float64Array];
    expect(table["a-b"]).toEqual([1, -0, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(Object.keys(table)).toEqual(["a-b", "__proto__", "deep", "none"]);
    expect(table.deep).toEqual({ text: "</script>\u2028" });
    expect(Object.isFrozen(table) && Object.isFrozen(table.deep)).toBe(true);
    expect(column).toEqual(Float64Array.of(1.5, Number.NaN));
    expect(bundled(bench).text).toBe(text);
  });

  test("functions that call each other, classes and constants stand in an order that runs", async () => {
    const bench = await opened([
      `const even = (n) => n === 0 ? true : odd(n - 1);
const odd = (n) => n === 0 ? false : even(n - 1);
class Base {}`,
      "class Rule extends Base { weight() { return even(4) ? FIRST() : 0; } }\nconst FIRST = () => START;\nconst START = make();\nfunction make() { return 0.75; }",
      deciding("new Rule().weight()"),
    ]);
    expect(weightOf(bundled(bench).text)).toBe(0.75);
  });

  test("names imported from the library, under another name too, are one import", async () => {
    const bench = await opened([
      'import { ema as average, sma } from "walkforward";\nconst both = (x) => [average, sma].length + x;',
      deciding("both(0)", 'import { defineStrategy as define } from "walkforward";').replace(
        "= defineStrategy",
        "= define",
      ),
    ]);
    const { text } = bundled(bench);
    expect(text.split("\n")[0]).toBe('import { defineStrategy, ema as average, sma } from "walkforward";');
    expect(weightOf(text)).toBe(2);
  });

  test("a cell's own function stands before the library's of the same name", async () => {
    const bench = await opened([
      "function sma() { return 0.125; }",
      deciding("sma()").replace("sma(close, 20)", "close"),
    ]);
    const { text } = bundled(bench);
    expect(text.split("\n")[0]).toBe('import { defineStrategy } from "walkforward";');
    expect(weightOf(text)).toBe(0.125);
  });

  test("the library's own function under another name stands beside a cell's of its name", async () => {
    const bench = await opened([
      "const sma = (x) => x;",
      'import { sma as average } from "walkforward";\nconst f = (x) => average.length + x;',
      deciding("f(sma(1))").replace("sma(close, 20)", "close"),
    ]);
    expect(weightOf(bundled(bench).text)).toBe(engine.sma.length + 1);
  });

  test("a value that is not plain comes as the code that makes it, when that is pure", async () => {
    const bench = await opened(["const weights = new Map([[1, 0.5]])", deciding("weights.get(1)")]);
    expect(weightOf(bundled(bench).text)).toBe(0.5);
  });

  test("destructured names come with their pattern once", async () => {
    const bench = await opened([
      "const { a, f } = { a: 0.5, f: (x) => x * a2 }; const a2 = 2;",
      deciding("f(a)"),
    ]);
    expect(weightOf(bundled(bench).text)).toBe(1);
  });
});

test("the bundled text decides as the live strategy does, and gives the same trades", async () => {
  const slider = new FakeInput(0.4);
  const bench = await opened(
    [
      ["ts", "const least = view(slider)"],
      [
        "ts",
        "/** The middle of some numbers. */\nfunction aboveMedian(values: number[]): number[] {\n  const middle = median(values);\n  return values.map((value) => value - middle);\n}",
      ],
      [
        "ts",
        `const strategy = defineStrategy({
          name: "follow-the-move",
          timeframe: "5m",
          history: 60,
          parameters: { bars: int(12, 4, 48) },
          features: ({ close, volume, parameters: { bars } }) => ({
            move: dividedBy(change(log(close), bars), rollingStd(change(log(close), 1), 40)),
            volume: zscore(volume, 20),
          }),
          decide: ({ market }) => {
            const known = market.rows.filter(({ features }) => Number.isFinite(features.volume + features.move));
            const above = aboveMedian(known.map(({ features }) => features.volume));
            return known
              .map(({ symbol, features }, i) => ({ symbol, score: above[i], weight: Math.sign(features.move) / 2 }))
              .filter(({ score }) => score > least)
              .slice(0, 2);
          },
        });`,
      ],
    ],
    { slider },
  );
  const universe = ["A/USDT", "B/USDT", "C/USDT", "D/USDT"].map(walk);
  const options = { startMs: universe[0].timestamp[100], windowMs: 3_600_000, shiftMs: 1_800_000 };
  const live = engine.evaluate(bench.runtime.value("strategy") as engine.Strategy, universe, options);
  const module = bundled(bench);
  const evaluated = engine.evaluate(
    engine.linkedStrategy(() => linked(module.text), module),
    universe,
    options,
  );
  expect(evaluated.trades.length).toBeGreaterThan(20);
  expect(evaluated.trades).toEqual(live.trades);
  expect(evaluated.strategy.hash).toBe(module.hash);
  slider.set(2);
  await bench.until(() => bench.runtime.value("least") === 2);
  await bench.runtime.settled();
  const stricter = bundled(bench);
  expect(stricter.hash).not.toBe(module.hash);
  const fewer = engine.evaluate(
    engine.linkedStrategy(() => linked(stricter.text), stricter),
    universe,
    options,
  );
  expect(fewer.trades.length).toBeLessThan(evaluated.trades.length);
});

/** A seeded random walk of 600 candles of five minutes. */
function walk(symbol: string): engine.Candles {
  const random = engine.Random.seeded(symbol);
  let price = 100;
  const rows = Array.from({ length: 600 }, (_, i): engine.CandleRow => {
    const open = price;
    price *= 1 + (random.uniform() - 0.5) / 50;
    const time = Date.UTC(2024, 0, 1) + i * 300_000;
    return [
      time,
      open,
      Math.max(open, price) * 1.001,
      Math.min(open, price) * 0.999,
      price,
      10 + 90 * random.uniform(),
    ];
  });
  return engine.candlesFromRows({ symbol, timeframe: "5m", exchange: "simulated" }, rows);
}

describe("what is refused, by name, with its cell and its cure", () => {
  const impure: [what: string, weight: string, name: string][] = [
    ["the clock", "Date.now()", "Date"],
    ["the time of day", "new Date().getHours()", "Date"],
    ["dice", "Math.random()", "Math.random"],
    ["mathematics that differs between engines", "Math.exp(1)", "Math.exp"],
    ["powers", "2 ** 0.5", "**"],
    ["Math passed on", "((m) => m.random())(Math)", "Math"],
    ["Math by a computed name", "Math['ran' + 'dom']()", "Math"],
    ["the network", "fetch('/api/lake')", "fetch"],
    ["the page", "document.title", "document"],
    ["the window", "window.parent", "window"],
    ["everything at once", "globalThis", "globalThis"],
    ["text as code", "eval('1')", "eval"],
    ["text as a function", "new Function('return 1')()", "Function"],
    ["the way round to it", "(() => 1).constructor('return 1')()", ".constructor"],
    ["the same in brackets", "(() => 1)['constructor']('return 1')()", ".constructor"],
    ["the same by pattern", "(({ constructor: F }) => F('return 1')())(() => 1)", ".constructor"],
    ["timers", "setTimeout(() => 1, 0)", "setTimeout"],
    ["waiting", "(async () => 1)()", "async"],
    ["promises", "Promise.resolve(1)", "Promise"],
    ["the console", "console.log(1)", "console"],
    ["the machine's language", "(1).toLocaleString().length", ".toLocaleString"],
    ["formats", "new Intl.NumberFormat().format(1)", "Intl"],
    ["the clock of the page", "performance.now()", "performance"],
    ["its random numbers", "crypto.getRandomValues(new Uint8Array(1))", "crypto"],
    ["memory that counts", "new WeakRef({})", "WeakRef"],
    ["a page's function", "Plot.plot({})", "Plot"],
    ["what a cell has", "display(1)", "display"],
  ];
  test.each(impure)("%s", async (_, weight, name) => {
    const error = await refusal([deciding(weight)], { Plot: {} });
    expect(error.code).toBe("bundle.impure-name");
    expect(error.details).toEqual({ name, cell: 1 });
    expect(error.message).toContain("cell 1");
  });

  test("the same in another cell's function, told as that cell's", async () => {
    const error = await refusal(["const jitter = () => Math.random()", deciding("jitter()")]);
    expect(error).toMatchObject({ code: "bundle.impure-name", details: { name: "Math.random", cell: 1 } });
  });

  test("a value that is waited for in the strategy's own cell", async () => {
    const error = await refusal([deciding("w", "const w = await Promise.resolve(1);")]);
    expect(error.details).toMatchObject({ name: "await", cell: 1 });
  });

  test("an SQL result, with the advice to make it plain", async () => {
    const bench = new Bench({
      library: { ...engine },
      engineNames,
      runSql: async () => new (class Table {})(),
    });
    benches.push(bench);
    await bench.open([["sql", "SELECT 1", { output: "rows" }], deciding("rows.length")]);
    expect(() => bundled(bench)).toThrowError(
      expect.objectContaining({
        code: "bundle.not-plain",
        details: { name: "rows", cell: 1, found: "a Table" },
      }) as Error,
    );
  });

  test("a value that no cell defined as a strategy", async () => {
    const bench = await opened(["const strategy = { name: 'x' }"]);
    expect(() => bundled(bench)).toThrowError(
      expect.objectContaining({ code: "bundle.not-a-strategy" }) as Error,
    );
  });

  test("more than 64 KB of values", async () => {
    const error = await refusal([
      "const a = 'x'.repeat(40_000)",
      "const b = 'é'.repeat(20_000)",
      deciding("a.length + b.length"),
    ]);
    expect(error).toMatchObject({ code: "bundle.too-large", details: { name: "b", cell: 2, most: 65_536 } });
  });

  test("a value of the function around the strategy", async () => {
    const error = await refusal([
      deciding("n")
        .replace("const strategy = ", "const make = (n) => ")
        .concat("\nconst strategy = make(0.5);"),
    ]);
    expect(error).toMatchObject({ code: "bundle.local-name", details: { names: ["n"], cell: 1 } });
  });

  test.each([
    ["a counter", "let count = 0; const next = () => ++count;", "next()", "count"],
    [
      "a cache",
      "const cache = new Map(); const get = (k) => { cache.set(k, 1); return cache.get(k); };",
      "get(1)",
      "cache",
    ],
    [
      "a list that is filled after",
      "const list = []; for (let i = 0; i < 3; i++) list.push(i); const f = () => list[0];",
      "f()",
      "list",
    ],
    ["a field written later", "const o = { f: () => 1 }; o.g = () => 2;", "o.f()", "o"],
    ["destructuring into it", "let p = () => 1; [p] = [() => 2]; const q = () => p();", "q()", "p"],
  ])("code that changes what it declared: %s", async (_, cell, weight, name) => {
    const inOwn = await refusal([deciding(weight, cell)]);
    expect(inOwn).toMatchObject({ code: "bundle.changed-name", details: { name, cell: 1 } });
  });

  test("a plain value that another cell builds step by step is frozen as it ended", async () => {
    const bench = await opened([
      "const list = []; for (let i = 0; i < 3; i++) list.push(i);",
      deciding("list[2]"),
    ]);
    expect(weightOf(bundled(bench).text)).toBe(2);
  });
});

describe("a rule that divides capital", () => {
  const cells: Parameters<Bench["open"]>[0] = [
    "const calm = 0.02;",
    `const rule = defineCapital({
       every: "1d",
       features: ({ close }) => ({ slope: slope(close, 20) }),
       weights: ({ features }) => (features.slope > calm ? [1, 0] : [0.25, 0.75]),
     });`,
    "const strategy = { every: 1 };",
  ];

  test("comes along with what it needs, as a strategy does, and divides the same where it is linked", async () => {
    const bench = await opened(cells);
    const { text, hash } = bench.runtime.bundleCapital(bench.runtime.value("rule"));
    expect(text).toMatch(/^import \{ defineCapital, slope \} from "walkforward";\nconst calm = 0\.02;\n/);
    const body = new Function("walkforward", linkStrategyText(text, engineNames));
    const rule = engine.linkedCapital(() => body(engine), { text, hash });
    const weights = (slope: number) => rule.weights({ time: 0, features: { slope }, strategyEquity: [1, 1] });
    expect([weights(0.03), weights(0.01)]).toEqual([
      [1, 0],
      [0.25, 0.75],
    ]);
    expect(rule.hash).toBe(hash);
  });

  test("is refused where it is none, or uses what is not there where it runs", async () => {
    const bench = await opened([
      ...cells,
      "const chance = defineCapital({ every: '1d', weights: () => [Math.random(), 0] });",
    ]);
    expect(() => bench.runtime.bundleCapital(bench.runtime.value("strategy"))).toThrow(
      /defineCapital\(\{ every/,
    );
    expect(() => bench.runtime.bundle(bench.runtime.value("rule"))).toThrow(/not a strategy/);
    expect(() => bench.runtime.bundleCapital(bench.runtime.value("chance"))).toThrow(
      /A capital rule cannot use Math\.random/,
    );
  });
});

describe("a loss", () => {
  const metrics = { sharpe: 2, tradeCount: 9 };
  type Loss = (given: typeof metrics) => number;

  /** The losses that a cell gives to `optimise`, and what their texts make of the metrics when linked elsewhere. */
  async function lossesOf(
    cells: Parameters<Bench["open"]>[0],
  ): Promise<{ texts: string[]; values: number[] }> {
    const given: unknown[] = [];
    const optimise = (_: unknown, { loss, objectives }: { loss?: unknown; objectives?: unknown[] }): void => {
      given.push(...(objectives ?? [loss]));
    };
    const bench = await opened(cells, { optimise });
    const texts = given.map((loss) => bench.runtime.bundleLoss(loss).text);
    const values = texts.map((text) => {
      const body = new Function("walkforward", linkStrategyText(text, engineNames));
      return (body(engine) as Loss)(metrics);
    });
    return { texts, values };
  }

  test("that is written in the call of optimise comes along with what it needs, as a strategy does", async () => {
    const { texts, values } = await lossesOf([
      "const most = 4;",
      `function capped(x) { return Math.min(x, most); }
       const factor = 10;
       optimise(null, { trials: 3, loss: ({ sharpe, tradeCount }) => -capped(tradeCount) * factor - sharpe });`,
    ]);
    expect(values).toEqual([-42]);
    expect(texts[0]).toMatch(/^import \{ defineLoss \} from "walkforward";\nconst most = 4;\n/);
    expect(texts[0]).toContain("export default defineLoss(({ sharpe, tradeCount }) =>");
  });

  test("may be a name, of this cell or another, the short form of a property, or one of several objectives", async () => {
    const { values } = await lossesOf([
      "const steady = ({ sharpe }) => -sharpe;",
      "const marked = defineLoss((metrics) => metrics.tradeCount);",
      "const loss = (m) => m.sharpe + 1; optimise(null, { loss });",
      "optimise(null, { objectives: [steady, marked, function (m) { return m.sharpe * 3; }] });",
      "const options = { loss: marked }; optimise(null, options);",
    ]);
    expect(values.sort((a, b) => a - b)).toEqual([-2, 3, 6, 9, 9]);
  });

  test("keeps two of one text apart by what they mean", async () => {
    const { values } = await lossesOf([
      "const k = 1; optimise(null, { loss: (m) => m.sharpe * k });",
      "const h = 3; const other = h; optimise(null, { loss: (m) => m.sharpe * other });",
    ]);
    expect(values.sort()).toEqual([2, 6]);
  });

  test.each([
    [
      "for (const k of [1]) optimise(null, { loss: (m) => k * m.sharpe });",
      /The loss in cell 1 uses k.*Make it a top-level value/,
    ],
    ["optimise(null, { loss: () => Math.random() });", /A loss cannot use Math\.random/],
    ["optimise(null, { loss: () => document.title.length });", /A loss cannot use document/],
    [
      "const options = { loss: (m) => m.sharpe }; optimise(null, options);",
      /mark it where it is defined: defineLoss/,
    ],
  ])("is refused in words about losses: %s", async (cell, message) => {
    await expect(lossesOf([cell])).rejects.toThrow(message);
  });
});
