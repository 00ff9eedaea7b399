import type { Candles } from "#engine/candles/candles.ts";
import { resample } from "#engine/candles/resample.ts";
import { EngineError, nearestName } from "#engine/core/errors.ts";
import { isFixedLength, isMultiple, timeframeMs } from "#engine/core/timeframe.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import type { EvaluateRequest, Series } from "../contract.ts";
import type { Lake, TimeRange } from "../lake/lake.ts";
import { DEFAULT_EXCHANGE } from "../lake/samples.ts";

/**
 * The candles that an evaluation is about, and whether any of them are made up. Of one timeframe: a symbol that is
 * stored finer than the others is put together to theirs, as `evaluate` in a cell does it.
 */
export async function readUniverse(
  lake: Lake,
  strategy: Strategy,
  request: EvaluateRequest,
): Promise<{ universe: Candles[]; simulated: boolean }> {
  const { exchange = DEFAULT_EXCHANGE, symbols = [], timeframe = strategy.timeframe } = request;
  const { market, stored, offered } = await inMarket(lake, { ...request, exchange });
  const wanted = offered.filter(({ symbol }) => symbols.length === 0 || symbols.includes(symbol));
  const base = baseOf(wanted, timeframe)?.timeframe;
  const members = base === undefined ? [] : membersOf(wanted, base);
  const missing = symbols.find((name) => members.every(({ symbol }) => symbol !== name));
  if (base === undefined || missing !== undefined) {
    throw noSuchData({ exchange, market, timeframe: base ?? timeframe, symbol: missing, stored });
  }
  const range = neededRange(strategy, timeframe, request, members);
  const universe: Candles[] = [];
  for (const { id } of members) {
    const candles = await lake.candles(id, range);
    universe.push(candles.timeframe === base ? candles : resample(candles, base));
  }
  return { universe, simulated: members.some((series) => series.simulated) };
}

/** Series of symbols of the exchange that an evaluation over all of them could not take. */
export async function leftOut(
  lake: Lake,
  request: EvaluateRequest,
  taken: { exchange: string; symbols: readonly string[] },
): Promise<Series[]> {
  if ((request.symbols ?? []).length > 0) return [];
  const { offered } = await inMarket(lake, { ...request, exchange: taken.exchange });
  return offered.filter(({ symbol }) => !taken.symbols.includes(symbol));
}

type Place = { market: string; stored: Series[]; offered: Series[] };

/** What is stored of the exchange, and what of it lies in the market that is meant. */
async function inMarket(
  lake: Lake,
  { exchange, market: named }: { exchange: string; market?: string },
): Promise<Place> {
  const stored = (await lake.series()).filter((series) => series.exchange === exchange);
  const market = named ?? onlyMarket(stored) ?? "spot";
  return { market, stored, offered: stored.filter((series) => series.market === market) };
}

function onlyMarket(stored: readonly Series[]): string | undefined {
  const markets = new Set(stored.map(({ market }) => market));
  return markets.size === 1 ? [...markets][0] : undefined;
}

/** One series of the timeframe itself, else of the coarsest one that it can be made from. */
function baseOf(offered: readonly Series[], timeframe: string): Series | undefined {
  return (
    offered.find((series) => series.timeframe === timeframe) ??
    offered
      .filter((series) => isMultiple(timeframe, series.timeframe))
      .sort((a, b) => timeframeMs(b.timeframe) - timeframeMs(a.timeframe))[0]
  );
}

/** The series of each symbol from which the timeframe can be made, in order of the symbols. */
function membersOf(offered: readonly Series[], timeframe: string): Series[] {
  const symbols = [...new Set(offered.map(({ symbol }) => symbol))].sort((a, b) => (a < b ? -1 : 1));
  return symbols.flatMap((name) => {
    const series = baseOf(
      offered.filter(({ symbol }) => symbol === name),
      timeframe,
    );
    return series === undefined ? [] : [series];
  });
}

/**
 * What the engine will cut out of the columns, and a little more: it reads nothing before the strategy's history
 * and nothing from the end on, so the answer is the same as over everything that is stored.
 */
function neededRange(
  strategy: Strategy,
  timeframe: string,
  { startMs, endMs }: EvaluateRequest,
  offered: readonly Series[],
): TimeRange {
  if (startMs === undefined || endMs === undefined || !isFixedLength(timeframe)) return {};
  const fromMs = startMs - (strategy.history + 2) * timeframeMs(timeframe);
  const holdsAny = offered.some((series) => series.lastMs >= fromMs && series.firstMs < endMs);
  // A wrong span is for the engine to refuse, which needs to see all of the data to say what there is.
  return endMs > startMs && holdsAny ? { fromMs, toMs: endMs } : {};
}

function noSuchData({
  exchange,
  market,
  timeframe,
  symbol,
  stored,
}: {
  exchange: string;
  market: string;
  timeframe: string;
  symbol: string | undefined;
  stored: readonly Series[];
}): EngineError {
  const known = [
    ...new Set(stored.map((series) => `${series.symbol} ${series.timeframe} (${series.market})`)),
  ];
  const held =
    known.length === 0
      ? "nothing of it"
      : `${known.slice(0, 12).join(", ")}${known.length > 12 ? ", …" : ""}`;
  const symbols = new Set(stored.map((series) => series.symbol));
  const nearest = symbol === undefined || symbols.has(symbol) ? undefined : nearestName(symbol, symbols);
  if (symbol !== undefined && nearest !== undefined) {
    const message = `The lake has no ${symbol} of ${exchange}; did you mean "${nearest}"?`;
    return new EngineError("lake.unknown-symbol", message, { exchange, symbol, nearest });
  }
  return new EngineError(
    "lake.unknown-series",
    `The lake has no candles of ${symbol ?? "any symbol"} on ${exchange} ${market} from which ${timeframe} can be made; it has ${held}. ` +
      "`walkforward datasets` lists everything; import or ingest what is missing.",
    { exchange, market, timeframe, symbol: symbol ?? null, known },
  );
}
