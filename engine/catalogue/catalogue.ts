import { EngineError, nearestName } from "../core/errors.ts";
import { freezeDeep } from "../core/freeze.ts";
import { LONGEST } from "../core/requireParameter.ts";
import { Atr, atr } from "../indicators/atr.ts";
import { Bollinger, bollinger } from "../indicators/bollinger.ts";
import { Change, change } from "../indicators/change.ts";
import { Ema, ema } from "../indicators/ema.ts";
import { Macd, macd } from "../indicators/macd.ts";
import { PercentileRank, percentileRank } from "../indicators/percentileRank.ts";
import { Returns, returns } from "../indicators/returns.ts";
import { RollingMax, rollingMax } from "../indicators/rollingMax.ts";
import { RollingMin, rollingMin } from "../indicators/rollingMin.ts";
import { RollingStd, rollingStd } from "../indicators/rollingStd.ts";
import { Rsi, rsi } from "../indicators/rsi.ts";
import { Shift, shift } from "../indicators/shift.ts";
import { Slope, slope } from "../indicators/slope.ts";
import { Sma, sma } from "../indicators/sma.ts";
import { Wma, wma } from "../indicators/wma.ts";
import { Zscore, zscore } from "../indicators/zscore.ts";
import type { CatalogueEntry, CatalogueOutput, CatalogueParameter, Step } from "./entry.ts";

/** One input, one output, from a stepper that takes a value and gives one. */
function single(step: { update(value: number): number }): Step {
  return (inputs, outputs) => {
    outputs[0] = step.update(inputs[0]);
  };
}

function length(standard: number, min = 1, description = "Window in candles."): CatalogueParameter {
  return { name: "length", default: standard, min, max: LONGEST, isInteger: true, description };
}

function bars(min: number): CatalogueParameter {
  return {
    name: "bars",
    default: 1,
    min,
    max: LONGEST,
    isInteger: true,
    description: "How many candles back.",
  };
}

function period(name: string, standard: number, min: number, description: string): CatalogueParameter {
  return { name, default: standard, min, max: LONGEST, isInteger: true, description };
}

function output(name: string, unit: CatalogueOutput["unit"], description: string): CatalogueOutput {
  return { name, unit, description };
}

const ENTRIES: readonly CatalogueEntry[] = [
  {
    name: "sma",
    title: "Simple moving average",
    family: "average",
    inputs: ["values"],
    parameters: [length(20)],
    outputs: [output("sma", "input", "Mean of the last values.")],
    warmUp: (p) => p.length - 1,
    reading:
      "The trend without its noise: price above it and rising, the trend is up; it lags by half its length.",
    source: "TA-Lib SMA.",
    batch: ([values], p, [out] = []) => [sma(values, p.length, out)],
    stepper: (p) => single(new Sma(p.length)),
  },
  {
    name: "ema",
    title: "Exponential moving average",
    family: "average",
    inputs: ["values"],
    parameters: [length(20, 1, "α is 2 / (length + 1).")],
    outputs: [output("ema", "input", "Average whose weights fall by 1 − α a candle.")],
    warmUp: (p) => p.length - 1,
    reading: "Like a simple average that turns sooner.",
    source: "TA-Lib EMA: seeded by the simple average of the first values.",
    batch: ([values], p, [out] = []) => [ema(values, p.length, out)],
    stepper: (p) => single(new Ema(p.length)),
  },
  {
    name: "wma",
    title: "Weighted moving average",
    family: "average",
    inputs: ["values"],
    parameters: [length(20)],
    outputs: [
      output("wma", "input", "Average with weights 1 for the oldest to length for the latest value."),
    ],
    warmUp: (p) => p.length - 1,
    reading: "Like a simple average with two thirds of its lag.",
    source: "TA-Lib WMA.",
    batch: ([values], p, [out] = []) => [wma(values, p.length, out)],
    stepper: (p) => single(new Wma(p.length)),
  },
  {
    name: "rsi",
    title: "Relative strength index",
    family: "momentum",
    inputs: ["values"],
    parameters: [length(14, 2, "Wilder's smoothing, α is 1 / length.")],
    outputs: [output("rsi", "percent", "Average gain as a share of average gain plus average loss.")],
    warmUp: (p) => p.length,
    reading: "Over 70 overbought, under 30 oversold, 40–65 a healthy advance.",
    source: "Wilder (1978); TA-Lib RSI, but NaN instead of 0 while nothing has moved.",
    batch: ([values], p, [out] = []) => [rsi(values, p.length, out)],
    stepper: (p) => single(new Rsi(p.length)),
  },
  {
    name: "macd",
    title: "Moving average convergence/divergence",
    family: "momentum",
    inputs: ["values"],
    parameters: [
      period("fast", 12, 1, "Length of the fast average; less than slow."),
      period("slow", 26, 2, "Length of the slow average."),
      period("signal", 9, 1, "Length of the signal line."),
    ],
    outputs: [
      output("macd", "input", "Fast less slow average."),
      output("signal", "input", "Exponential average of the macd line."),
      output("histogram", "input", "Macd less signal."),
    ],
    warmUp: (p) => p.slow + p.signal - 2,
    reading: "A histogram above zero and growing is momentum gathering; it turns before the lines cross.",
    source: "Appel (1979); TA-Lib MACD: both averages begin at the slow period, all outputs together.",
    batch: ([values], p, out) => {
      const into = out && { macd: out[0], signal: out[1], histogram: out[2] };
      const columns = macd(values, p.fast, p.slow, p.signal, into);
      return [columns.macd, columns.signal, columns.histogram];
    },
    stepper: (p) => {
      const step = new Macd(p.fast, p.slow, p.signal);
      return (inputs, outputs) => {
        step.update(inputs[0]);
        outputs[0] = step.macd;
        outputs[1] = step.signal;
        outputs[2] = step.histogram;
      };
    },
  },
  {
    name: "atr",
    title: "Average true range",
    family: "volatility",
    inputs: ["high", "low", "close"],
    parameters: [length(14, 1, "Wilder's smoothing, α is 1 / length.")],
    outputs: [output("atr", "price", "Wilder's average of the true range.")],
    warmUp: (p) => p.length,
    reading: "The move to expect of a candle; divided by the close it compares markets.",
    source: "Wilder (1978); TA-Lib ATR: the first candle has no true range.",
    batch: ([high, low, close], p, [out] = []) => [atr({ high, low, close }, p.length, out)],
    stepper: (p) => {
      const step = new Atr(p.length);
      return (inputs, outputs) => {
        outputs[0] = step.update(inputs[0], inputs[1], inputs[2]);
      };
    },
  },
  {
    name: "bollinger",
    title: "Bollinger bands",
    family: "channel",
    inputs: ["values"],
    parameters: [
      length(20, 2),
      {
        name: "deviations",
        default: 2,
        min: 0,
        max: 100,
        isInteger: false,
        description: "Half the width of the channel in standard deviations.",
      },
    ],
    outputs: [
      output("upper", "input", "Mean plus deviations."),
      output("middle", "input", "Mean of the last values."),
      output("lower", "input", "Mean less deviations."),
    ],
    warmUp: (p) => p.length - 1,
    reading: "Narrow bands come before large moves; a close outside them is unusual.",
    source: "Bollinger; TA-Lib BBANDS: deviation of the window itself (ddof 0).",
    batch: ([values], p, out) => {
      const into = out && { upper: out[0], middle: out[1], lower: out[2] };
      const columns = bollinger(values, p.length, p.deviations, into);
      return [columns.upper, columns.middle, columns.lower];
    },
    stepper: (p) => {
      const step = new Bollinger(p.length, p.deviations);
      return (inputs, outputs) => {
        step.update(inputs[0]);
        outputs[0] = step.upper;
        outputs[1] = step.middle;
        outputs[2] = step.lower;
      };
    },
  },
  {
    name: "zscore",
    title: "Rolling z-score",
    family: "statistics",
    inputs: ["values"],
    parameters: [length(20, 2)],
    outputs: [output("zscore", "deviations", "Distance of the latest value from the window's mean.")],
    warmUp: (p) => p.length - 1,
    reading: "Beyond ±2 the latest value is unusual for its recent past.",
    source:
      "Deviation of the window itself (ddof 0), as scipy.stats.zscore; NaN for a window of equal values.",
    batch: ([values], p, [out] = []) => [zscore(values, p.length, out)],
    stepper: (p) => single(new Zscore(p.length)),
  },
  {
    name: "slope",
    title: "Slope of the best-fitting line",
    family: "statistics",
    inputs: ["values"],
    parameters: [length(14, 2)],
    outputs: [output("slope", "inputPerBar", "Least-squares slope over the window.")],
    warmUp: (p) => p.length - 1,
    reading: "The sign is the direction of the window, the size its pace.",
    source: "TA-Lib LINEARREG_SLOPE.",
    batch: ([values], p, [out] = []) => [slope(values, p.length, out)],
    stepper: (p) => single(new Slope(p.length)),
  },
  {
    name: "rollingMax",
    title: "Rolling maximum",
    family: "channel",
    inputs: ["values"],
    parameters: [length(20)],
    outputs: [output("rollingMax", "input", "Highest of the last values.")],
    warmUp: (p) => p.length - 1,
    reading: "Resistance: a close above the highest high of the candles before is a breakout.",
    source: "TA-Lib MAX; Donchian's channel.",
    batch: ([values], p, [out] = []) => [rollingMax(values, p.length, out)],
    stepper: (p) => single(new RollingMax(p.length)),
  },
  {
    name: "rollingMin",
    title: "Rolling minimum",
    family: "channel",
    inputs: ["values"],
    parameters: [length(20)],
    outputs: [output("rollingMin", "input", "Lowest of the last values.")],
    warmUp: (p) => p.length - 1,
    reading: "Support: a close below the lowest low of the candles before is a breakdown.",
    source: "TA-Lib MIN; Donchian's channel.",
    batch: ([values], p, [out] = []) => [rollingMin(values, p.length, out)],
    stepper: (p) => single(new RollingMin(p.length)),
  },
  {
    name: "rollingStd",
    title: "Rolling standard deviation",
    family: "volatility",
    inputs: ["values"],
    parameters: [
      length(20, 2),
      {
        name: "ddof",
        default: 0,
        min: 0,
        max: 1,
        isInteger: true,
        description: "0 describes the window itself, 1 estimates what it is a sample of.",
      },
    ],
    outputs: [output("rollingStd", "input", "Standard deviation of the last values.")],
    warmUp: (p) => p.length - 1,
    reading: "Realised volatility when its input is returns.",
    source: "TA-Lib STDDEV (ddof 0); with ddof 1 pandas' rolling().std().",
    batch: ([values], p, [out] = []) => [rollingStd(values, p.length, p.ddof, out)],
    stepper: (p) => single(new RollingStd(p.length, p.ddof)),
  },
  {
    name: "percentileRank",
    title: "Rolling percentile rank",
    family: "statistics",
    inputs: ["values"],
    parameters: [length(100)],
    outputs: [
      output("percentileRank", "fraction", "Place of the latest value among the last ones, 1 the highest."),
    ],
    warmUp: (p) => p.length - 1,
    reading: "0.95 says that one value in twenty of the window was higher, whatever the unit.",
    source: "pandas' rolling().rank(pct=True): equal values share the mean of their places.",
    batch: ([values], p, [out] = []) => [percentileRank(values, p.length, out)],
    stepper: (p) => single(new PercentileRank(p.length)),
  },
  {
    name: "shift",
    title: "Past value",
    family: "transform",
    inputs: ["values"],
    parameters: [bars(0)],
    outputs: [output("shift", "input", "The value of so many candles ago.")],
    warmUp: (p) => p.bars,
    reading: "What was known then; there is no shift into the future.",
    source: "pandas' shift().",
    batch: ([values], p, [out] = []) => [shift(values, p.bars, out)],
    stepper: (p) => single(new Shift(p.bars)),
  },
  {
    name: "change",
    title: "Difference",
    family: "transform",
    inputs: ["values"],
    parameters: [bars(1)],
    outputs: [output("change", "input", "Value less the value of so many candles ago.")],
    warmUp: (p) => p.bars,
    reading: "Its sign is the direction since then; of a MACD histogram, whether momentum gathers or fades.",
    source: "TA-Lib MOM.",
    batch: ([values], p, [out] = []) => [change(values, p.bars, out)],
    stepper: (p) => single(new Change(p.bars)),
  },
  {
    name: "returns",
    title: "Simple return",
    family: "transform",
    inputs: ["values"],
    parameters: [bars(1)],
    outputs: [output("returns", "fraction", "Value ÷ value of so many candles ago − 1.")],
    warmUp: (p) => p.bars,
    reading: "0.01 is a rise of one percent; returns compare across prices.",
    source: "TA-Lib ROCP.",
    batch: ([values], p, [out] = []) => [returns(values, p.bars, out)],
    stepper: (p) => single(new Returns(p.bars)),
  },
];

const byName = new Map(ENTRIES.map((entry) => [entry.name, freezeDeep(entry)]));

/** All indicators by name. A view, since a map itself could be written to by whoever is given it. */
export const catalogue: ReadonlyMap<string, CatalogueEntry> = Object.freeze({
  size: byName.size,
  get: (name: string) => byName.get(name),
  has: (name: string) => byName.has(name),
  keys: () => byName.keys(),
  values: () => byName.values(),
  entries: () => byName.entries(),
  forEach: (visit: (entry: CatalogueEntry, name: string, map: typeof catalogue) => void) =>
    byName.forEach((entry, name) => {
      visit(entry, name, catalogue);
    }),
  [Symbol.iterator]: () => byName.entries(),
});

/** The entry of this name; an unknown name is an error that suggests the nearest known one. */
export function catalogueEntry(name: string): CatalogueEntry {
  const entry = catalogue.get(name);
  if (entry !== undefined) return entry;
  const nearest = nearestName(name, catalogue.keys());
  throw new EngineError(
    "catalogue.unknown-indicator",
    `catalogue: there is no indicator ${JSON.stringify(name)}; known are ${[...catalogue.keys()].join(", ")}.` +
      (nearest === undefined ? "" : ` Did you mean ${nearest}?`),
    { given: name, known: [...catalogue.keys()] },
  );
}
