import type { CellMode } from "#runtime/types.ts";
import type { FrameSeries, SqlTable } from "../shell/protocol.ts";

/** What a template may build on: the data in the lake and what the notebook already has. */
export type TemplateContext = {
  series: FrameSeries[];
  tables: SqlTable[];
  /** Names that cells define: a new cell must not define one of them again. */
  taken: ReadonlySet<string>;
  /** A cell's name that holds candles, and one that holds a strategy, when there are any. */
  candles?: string;
  strategy?: string;
};

export type NewCell = { mode: CellMode; value: string; output?: string; pinned?: boolean };
export type Template = { label: string; says: string; make(context: TemplateContext): NewCell };

/** What A and B insert. */
export const EMPTY_CODE: NewCell = { mode: "ts", value: "", pinned: true };

export const TEMPLATES: readonly Template[] = [
  { label: "Code", says: "an empty TypeScript cell", make: () => EMPTY_CODE },
  { label: "Markdown", says: "text", make: () => ({ mode: "md", value: "" }) },
  { label: "Query", says: "SQL over the lake", make: query },
  { label: "Chart", says: "candles on a chart", make: chart },
  { label: "Slider", says: "a number that other cells read", make: slider },
  { label: "Indicator", says: "an average over the candles", make: indicator },
  { label: "Strategy", says: "features and a decision", make: strategy },
  { label: "Evaluate", says: "walk-forward slices, with a report", make: evaluate },
  { label: "Backtest", says: "one portfolio over the history, with a tearsheet", make: backtest },
  { label: "Optimise", says: "parameters chosen on the past, judged on what followed", make: optimise },
];

/** `name`, or `name2`, `name3` … where a cell already defines it. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let n = 2;
  while (taken.has(`${name}${n}`)) n++;
  return `${name}${n}`;
}

/** The series a first look begins with: real data before simulated, crypto's 5m before the rest, longest first. */
function firstSeries(series: FrameSeries[]): FrameSeries | undefined {
  const rank = (s: FrameSeries) => (s.simulated ? 0 : s.exchange === "sample" ? -1 : 1) * 1e12 + s.rows;
  return [...series].sort((a, b) => rank(b) - rank(a) || (a.id < b.id ? -1 : 1))[0];
}

function candlesCall({ series }: TemplateContext): string {
  const first = firstSeries(series);
  if (first === undefined) return 'candles("BTC/USDT", "1h")';
  const timeframe = /^\d+m$/.test(first.timeframe) ? "1h" : first.timeframe;
  return `candles(${JSON.stringify(first.symbol)}, "${timeframe}", { exchange: "${first.exchange}" })`;
}

/** The candles that are there, or a line that loads some. */
function source(context: TemplateContext): { name: string; load: string } {
  if (context.candles !== undefined) return { name: context.candles, load: "" };
  const name = freeName("prices", context.taken);
  return { name, load: `const ${name} = await ${candlesCall(context)};\n` };
}

function query({ tables, taken }: TemplateContext): NewCell {
  const table = tables.find(({ columns }) => columns.some(({ name }) => name === "symbol")) ?? tables[0];
  const value =
    table === undefined
      ? "SELECT * FROM lake.series"
      : table.columns.some(({ name }) => name === "symbol")
        ? `SELECT symbol, count(*) AS candles, min(low) AS low, max(high) AS high, sum(volume) AS volume\nFROM ${table.name}\nGROUP BY symbol\nORDER BY symbol`
        : `SELECT *\nFROM ${table.name}\nORDER BY timestamp DESC\nLIMIT 1000`;
  return { mode: "sql", value, output: freeName("rows", taken), pinned: true };
}

function chart(context: TemplateContext): NewCell {
  const { name, load } = source(context);
  return { mode: "ts", value: `${load}display(chart(${name}));`, pinned: true };
}

function slider({ taken }: TemplateContext): NewCell {
  const name = freeName("length", taken);
  return {
    mode: "ts",
    value: `const ${name} = view(Inputs.range([5, 200], { value: 20, step: 1, label: "Length (candles)" }));`,
  };
}

function indicator(context: TemplateContext): NewCell {
  const { name, load } = source(context);
  const average = freeName("average", context.taken);
  return {
    mode: "ts",
    value: `${load}const ${average} = ema(${name}.close, 50);\ndisplay(chart(${name}, { overlays: { "EMA 50": ${average} } }));`,
    pinned: true,
  };
}

function strategy({ taken }: TemplateContext): NewCell {
  const name = freeName("strategy", taken);
  return {
    mode: "ts",
    value: `const ${name} = defineStrategy({
  name: "trend-rank",
  timeframe: "5m",
  history: 300,
  parameters: { fast: int(24, 5, 100), slow: int(144, 50, 280), most: int(3, 1, 10) },
  features: ({ close, parameters }) => ({
    trend: minus(dividedBy(ema(close, parameters.fast), ema(close, parameters.slow)), 1),
  }),
  decide: ({ market, parameters }) =>
    market.rows
      .filter(({ features }) => features.trend > 0)
      .sort((a, b) => b.features.trend - a.features.trend)
      .slice(0, parameters.most)
      .map(({ symbol, features }) => ({ symbol, weight: 1 / parameters.most, score: features.trend })),
});`,
    pinned: true,
  };
}

function evaluate({ strategy, taken }: TemplateContext): NewCell {
  const name = freeName("evaluation", taken);
  return {
    mode: "ts",
    value: `const ${name} = await evaluate(${strategy ?? '"macd-rsi-confluence"'}, {
  windowMs: 4 * 3_600_000,
  shiftMs: 2 * 3_600_000,
  feeBps: 10,
});
display(report(${name}));`,
    pinned: true,
  };
}

function backtest({ strategy, taken }: TemplateContext): NewCell {
  const name = freeName("result", taken);
  return {
    mode: "ts",
    value: `const ${name} = await backtest(${strategy ?? '"momentum-rank"'}, await universe("simulated"), {
  marketType: "linear",
  startingBalance: 10_000,
  feeBps: 10,
});
display(tearsheet(${name}));`,
    pinned: true,
  };
}

function optimise({ strategy, taken }: TemplateContext): NewCell {
  const name = freeName("found", taken);
  return {
    mode: "ts",
    value: `const ${name} = await optimise(${strategy ?? '"momentum-rank"'}, await universe("simulated"), {
  trials: 20,
  loss: "deflatedSharpe",
  folds: { folds: 3 },
  backtest: { marketType: "linear", feeBps: 10 },
});
display(${name});`,
    pinned: true,
  };
}
