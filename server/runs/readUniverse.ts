import type { Candles } from "#engine/candles/candles.ts";
import { EngineError, nearestName } from "#engine/core/errors.ts";
import { isFixedLength, isMultiple, timeframeMs } from "#engine/core/timeframe.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import type { EvaluateRequest, Series } from "../contract.ts";
import type { Lake, TimeRange } from "../lake/lake.ts";
import { DEFAULT_EXCHANGE } from "../lake/samples.ts";

/** The candles that an evaluation is about, and whether any of them are made up. */
export async function readUniverse(
  lake: Lake,
  strategy: Strategy,
  request: EvaluateRequest,
): Promise<{ universe: Candles[]; simulated: boolean }> {
  const { exchange = DEFAULT_EXCHANGE, symbols, timeframe = strategy.timeframe } = request;
  const stored = (await lake.series()).filter((series) => series.exchange === exchange);
  const market = request.market ?? onlyMarket(stored) ?? "spot";
  const offered = stored.filter((series) => series.market === market && isWanted(series, symbols));
  const base = baseTimeframe(offered, timeframe);
  if (base === undefined) throw noSuchData({ exchange, market, timeframe, symbols, stored });
  const universe = await lake.universe(exchange, base, {
    market,
    ...(symbols === undefined || symbols.length === 0 ? {} : { symbols }),
    ...neededRange(strategy, timeframe, request, offered),
  });
  const names = new Set(universe.map(({ symbol }) => symbol));
  const used = offered.filter((series) => series.timeframe === base && names.has(series.symbol));
  return { universe, simulated: used.some((series) => series.simulated) };
}

function isWanted(series: Series, symbols: readonly string[] | undefined): boolean {
  return symbols === undefined || symbols.length === 0 || symbols.includes(series.symbol);
}

function onlyMarket(stored: readonly Series[]): string | undefined {
  const markets = new Set(stored.map(({ market }) => market));
  return markets.size === 1 ? [...markets][0] : undefined;
}

/** The stored timeframe itself, else the coarsest one that it can be made from. */
function baseTimeframe(offered: readonly Series[], wanted: string): string | undefined {
  const stored = [...new Set(offered.map(({ timeframe }) => timeframe))];
  if (stored.includes(wanted)) return wanted;
  return stored
    .filter((timeframe) => isMultiple(wanted, timeframe))
    .sort((a, b) => timeframeMs(b) - timeframeMs(a))[0];
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
  symbols,
  stored,
}: {
  exchange: string;
  market: string;
  timeframe: string;
  symbols: readonly string[] | undefined;
  stored: readonly Series[];
}): EngineError {
  const known = [
    ...new Set(stored.map((series) => `${series.symbol} ${series.timeframe} (${series.market})`)),
  ];
  const held =
    known.length === 0
      ? "nothing of it"
      : `${known.slice(0, 12).join(", ")}${known.length > 12 ? ", …" : ""}`;
  const missing = (symbols ?? []).find((symbol) => !stored.some((series) => series.symbol === symbol));
  const nearest = missing && nearestName(missing, new Set(stored.map((series) => series.symbol)));
  if (missing !== undefined && nearest !== undefined) {
    const message = `The lake has no ${missing} of ${exchange}; did you mean "${nearest}"?`;
    return new EngineError("lake.unknown-symbol", message, { exchange, symbol: missing, nearest });
  }
  const what = symbols === undefined || symbols.length === 0 ? "any symbol" : symbols.join(", ");
  return new EngineError(
    "lake.unknown-series",
    `The lake has no candles of ${what} on ${exchange} ${market} from which ${timeframe} can be made; it has ${held}. ` +
      "`walkforward datasets` lists everything; import or ingest what is missing.",
    { exchange, market, timeframe, symbols: symbols ?? null, known },
  );
}
