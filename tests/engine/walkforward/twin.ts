import { createHash } from "node:crypto";
import type { Candle, Candles } from "#engine/candles/candles.ts";
import type { EvaluationSettings, SliceCounts, Trade } from "#engine/walkforward/result.ts";

/**
 * The brute-force twin of `evaluate`: at every slice it starts again from the raw candles, throws away all that had
 * not closed by then, aggregates, computes and chooses. It shares no code with the engine but the types of candles
 * and results, and it keeps nothing from one slice to the next.
 *
 * Its answers must equal the engine's to the last bit. Floating sums depend on their order, so where the engine
 * states a recurrence (a running sum that is made afresh once per turn of its ring, Wilder's smoothing, a sliding
 * Welford), the twin folds the same recurrence over the whole prefix, written plainly over a list; that these
 * recurrences are what they claim to be is for the tests of the indicators.
 */
export type TwinChoice = {
  symbol: string;
  weight: number;
  score: number;
  features: Record<string, number>;
};
export type TwinView = { symbol: string; candles: Candle[] };
export type TwinStrategy = { history: number; choose: (views: TwinView[]) => TwinChoice[] };
export type TwinTimeframe = { ms: number; baseMs: number };

export function twinEvaluation(
  strategy: TwinStrategy,
  universe: readonly Candles[],
  settings: EvaluationSettings,
  timeframe: TwinTimeframe,
): { trades: Trade[]; slices: SliceCounts } {
  const trades: Trade[] = [];
  const slices = { total: 0, traded: 0, empty: 0, dropped: 0, droppedEntry: 0, droppedExit: 0 };
  const fromMs = settings.startMs - strategy.history * timeframe.ms;
  for (let t = settings.startMs; t < settings.endMs; t += settings.shiftMs) {
    const views: TwinView[] = [];
    for (const symbol of universe.map((candles) => candles.symbol).sort()) {
      const all = rowsOf(universe, symbol).filter(
        ({ timestamp }) => timestamp >= fromMs && timestamp + timeframe.baseMs <= t,
      );
      const closed = aggregate(all, timeframe, fromMs).filter(
        ({ timestamp }) => timestamp + timeframe.ms <= t,
      );
      if (closed.length > 0) views.push({ symbol, candles: closed });
    }
    const choices = strategy.choose(views);
    let held = 0;
    choices.forEach((choice, i) => {
      const usable = rowsOf(universe, choice.symbol).filter(
        ({ timestamp }) => timestamp >= fromMs && timestamp < settings.endMs,
      );
      const candles = aggregate(usable, timeframe, fromMs);
      const entry = candles.find(({ timestamp }) => timestamp >= t);
      const exit = candles.find(({ timestamp }) => timestamp >= t + settings.windowMs);
      if (entry === undefined || entry.timestamp > t + timeframe.ms) slices.droppedEntry++;
      else if (exit === undefined || exit.timestamp > t + settings.windowMs + timeframe.ms)
        slices.droppedExit++;
      else {
        held++;
        trades.push(twinTrade(t, i + 1, choice, candles, entry, exit, settings));
      }
    });
    slices.total++;
    if (choices.length === 0) slices.empty++;
    else if (held === 0) slices.dropped++;
    else slices.traded++;
  }
  return { trades, slices };
}

function rowsOf(universe: readonly Candles[], symbol: string): Candle[] {
  const found = universe.find((candles) => candles.symbol === symbol)!;
  return [...found.timestamp].map((timestamp, i) => ({
    timestamp,
    open: found.open[i],
    high: found.high[i],
    low: found.low[i],
    close: found.close[i],
    volume: found.volume[i],
  }));
}

/** Groups base candles by the open time of their higher candle; one that would begin before `fromMs` is left out. */
function aggregate(rows: Candle[], { ms, baseMs }: TwinTimeframe, fromMs: number): Candle[] {
  if (ms === baseMs) return rows;
  const groups: Candle[][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last !== undefined && Math.floor(last[0].timestamp / ms) === Math.floor(row.timestamp / ms))
      last.push(row);
    else groups.push([row]);
  }
  return groups
    .map((group) => ({
      timestamp: Math.floor(group[0].timestamp / ms) * ms,
      open: group[0].open,
      high: Math.max(...group.map(({ high }) => high)),
      low: Math.min(...group.map(({ low }) => low)),
      close: group.at(-1)!.close,
      volume: group.slice(1).reduce((sum, { volume }) => sum + volume, group[0].volume),
    }))
    .filter(({ timestamp }) => timestamp >= fromMs);
}

function twinTrade(
  sliceMs: number,
  rank: number,
  { symbol, weight, score, features }: TwinChoice,
  candles: Candle[],
  entry: Candle,
  exit: Candle,
  { feeBps, slippageBps }: EvaluationSettings,
): Trade {
  const c = (feeBps + slippageBps) / 10_000;
  const during = candles.filter(
    ({ timestamp }) => timestamp >= entry.timestamp && timestamp < exit.timestamp,
  );
  const isLong = weight > 0;
  const highest = Math.max(entry.open, ...during.map(({ high }) => high));
  const lowest = Math.min(entry.open, ...during.map(({ low }) => low));
  const above = (highest - entry.open) / entry.open;
  const below = (entry.open - lowest) / entry.open;
  return {
    sliceMs,
    symbol,
    direction: isLong ? "long" : "short",
    rank,
    weight: Math.abs(weight),
    score,
    entryTime: entry.timestamp,
    entryPrice: entry.open,
    exitTime: exit.timestamp,
    exitPrice: exit.open,
    return: isLong
      ? (exit.open * (1 - c)) / (entry.open * (1 + c)) - 1
      : (entry.open * (1 - c)) / (exit.open * (1 + c)) - 1,
    maxAdverseExcursion: isLong ? below : above,
    maxFavourableExcursion: isLong ? above : below,
    drawdown: twinDrawdown(entry.open, during, isLong),
    features,
  };
}

/** Over all pairs of a peak and a later fall; within a candle the peak came first. */
function twinDrawdown(entry: number, during: Candle[], isLong: boolean): number {
  let worst = 0;
  during.forEach((fallen, j) => {
    for (const peak of [entry, ...during.slice(0, j + 1).map(({ high, low }) => (isLong ? high : low))]) {
      worst = Math.max(worst, isLong ? (peak - fallen.low) / peak : (fallen.high - peak) / fallen.high);
    }
  });
  return worst;
}

/** The result's hash from its stated form, by Node's SHA-256 and bytes written one by one. */
export function twinHash(
  strategyHash: string,
  dataHash: string,
  parameters: Record<string, number>,
  settings: EvaluationSettings,
  trades: readonly Trade[],
): string {
  const sha = createHash("sha256");
  const number = (value: number) => {
    const bytes = Buffer.alloc(8);
    if (Number.isNaN(value)) bytes.writeBigUInt64LE(0x7ff8000000000000n);
    else bytes.writeDoubleLE(value === 0 ? 0 : value);
    sha.update(bytes);
  };
  const text = (value: string) => {
    number(Buffer.byteLength(value));
    sha.update(value, "utf8");
  };
  text("walkforward evaluation 1");
  text(strategyHash);
  text(dataHash);
  text("o");
  number(Object.keys(parameters).length);
  for (const name of Object.keys(parameters).sort()) {
    text(name);
    text("n");
    number(parameters[name]);
  }
  text(settings.timeframe);
  const { startMs, endMs, windowMs, shiftMs, feeBps, slippageBps, seed } = settings;
  for (const value of [startMs, endMs, windowMs, shiftMs, feeBps, slippageBps, seed]) number(value);
  number(trades.length);
  for (const trade of trades) {
    number(trade.sliceMs);
    text(trade.symbol);
    text(trade.direction);
    for (const value of [trade.rank, trade.weight, trade.score, trade.entryTime, trade.entryPrice])
      number(value);
    for (const value of [trade.exitTime, trade.exitPrice, trade.return]) number(value);
    for (const value of [trade.maxAdverseExcursion, trade.maxFavourableExcursion, trade.drawdown])
      number(value);
    number(Object.keys(trade.features).length);
    for (const name of Object.keys(trade.features).sort()) {
      text(name);
      number(trade.features[name]);
    }
  }
  return sha.digest("hex");
}
