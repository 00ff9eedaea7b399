import type { Candles } from "#engine/candles/candles.ts";
import { resample } from "#engine/candles/resample.ts";
import { EngineError, nearestName } from "#engine/core/errors.ts";
import { isMultiple, timeframeMs } from "#engine/core/timeframe.ts";
import type { CandlesReply, FrameSeries } from "../shell/protocol.ts";

/** The universe that `evaluate` takes unless told otherwise, on the command line as well. */
export const DEFAULT_EXCHANGE = "simulated";

export type CandlesOptions = {
  /** Default: the exchange that has the symbol; made-up data only when no other has it. */
  exchange?: string;
  /** `"spot"`, `"perp"` … Default: spot where there is one. */
  market?: string;
  /** First and last open time, UTC milliseconds; `toMs` itself is left out. */
  fromMs?: number;
  toMs?: number;
};

export type UniverseOptions = Omit<CandlesOptions, "exchange"> & { symbols?: readonly string[] };

type Load = (seriesId: string, fromMs: number | undefined, toMs: number | undefined) => Promise<CandlesReply>;

/** Loaded series that are kept; the universe that ships has fewer. */
const KEPT = 64;

/**
 * The lake as cells see it: series by their names, candles by symbol and timeframe. The lake stores one base
 * timeframe; a higher one is put together here, from whole candles. The same call gives the same columns, so that
 * a chart knows that nothing has changed.
 */
export class LakeView {
  #series: readonly FrameSeries[] = [];
  readonly #load: Load;
  readonly #loaded = new Map<string, Promise<Candles>>();

  constructor(load: Load) {
    this.#load = load;
  }

  get series(): readonly FrameSeries[] {
    return this.#series;
  }

  setSeries(series: readonly FrameSeries[]): void {
    const text = (one: FrameSeries): string => JSON.stringify(one);
    const before = new Set(this.#series.map(text));
    if (series.length !== this.#series.length || series.some((one) => !before.has(text(one))))
      this.#loaded.clear();
    this.#series = series;
  }

  async candles(symbol: string, timeframe?: string, options: CandlesOptions = {}): Promise<Candles> {
    const { exchange, market, fromMs, toMs } = options;
    const known = this.#series.filter((one) => exchange === undefined || one.exchange === exchange);
    const named = known.filter((one) => one.symbol.toLowerCase() === String(symbol).toLowerCase());
    if (named.length === 0) throw unknownSymbol(symbol, exchange, known, this.#series);
    const home = exchange ?? [...named].sort(byPreference)[0].exchange;
    const offered = inMarket(
      named.filter((one) => one.exchange === home),
      market,
    );
    return this.#from(offered, timeframe ?? finest(offered).timeframe, { fromMs, toMs });
  }

  /** Candles of every symbol of one exchange, in code-unit order of the symbols. */
  async universe(
    exchange: string = DEFAULT_EXCHANGE,
    timeframe?: string,
    options: UniverseOptions = {},
  ): Promise<Candles[]> {
    const { market, symbols, fromMs, toMs } = options;
    const there = this.#series.filter((one) => one.exchange === exchange);
    if (there.length === 0) throw unknownExchange(exchange, this.#series);
    const offered = inMarket(there, market);
    const names = [...new Set(offered.map((one) => one.symbol))].sort((a, b) => (a < b ? -1 : 1));
    for (const symbol of symbols ?? []) {
      if (!names.includes(symbol)) throw unknownSymbol(symbol, exchange, offered, offered);
    }
    const wanted =
      symbols === undefined || symbols.length === 0 ? names : names.filter((name) => symbols.includes(name));
    const common = timeframe ?? finest(offered).timeframe;
    const able = wanted.filter(
      (name) =>
        baseOf(
          offered.filter((one) => one.symbol === name),
          common,
        ) !== undefined,
    );
    const chosen = symbols === undefined ? able : wanted;
    if (chosen.length === 0) throw noTimeframe(`any symbol of ${exchange}`, common, offered);
    return Promise.all(
      chosen.map((name) =>
        this.#from(
          offered.filter((one) => one.symbol === name),
          common,
          { fromMs, toMs },
        ),
      ),
    );
  }

  /** The timeframe that is stored, from which the engine makes the one that is wanted. */
  baseTimeframe(exchange: string, timeframe: string, { market, symbols = [] }: UniverseOptions = {}): string {
    const there = this.#series.filter((one) => one.exchange === exchange);
    if (there.length === 0) throw unknownExchange(exchange, this.#series);
    const offered = inMarket(there, market).filter(
      (one) => symbols.length === 0 || symbols.includes(one.symbol),
    );
    if (offered.length === 0) throw unknownSymbol(symbols[0], exchange, there, this.#series);
    const base = baseOf(offered, timeframe);
    if (base === undefined) throw noTimeframe(`any symbol of ${exchange}`, timeframe, offered);
    return base.timeframe;
  }

  /** True where any of these candles come from a made-up series. */
  isSimulated(universe: readonly Candles[]): boolean {
    const made = new Set(
      this.#series.filter((one) => one.simulated).map((one) => `${one.exchange} ${one.symbol}`),
    );
    return universe.some(({ exchange, symbol }) => made.has(`${exchange} ${symbol}`));
  }

  async #from(
    offered: readonly FrameSeries[],
    timeframe: string,
    range: { fromMs?: number; toMs?: number },
  ): Promise<Candles> {
    const base = baseOf(offered, timeframe);
    if (base === undefined) throw noTimeframe(offered[0].symbol, timeframe, offered);
    const key = JSON.stringify([base.id, timeframe, range.fromMs, range.toMs]);
    const known = this.#loaded.get(key);
    if (known !== undefined) return known;
    const loading = this.#load(base.id, range.fromMs, range.toMs).then(({ series, ...columns }) => {
      const { symbol, exchange } = series;
      const candles: Candles = Object.freeze({ symbol, exchange, timeframe: series.timeframe, ...columns });
      return series.timeframe === timeframe ? candles : Object.freeze(resample(candles, timeframe));
    });
    this.#loaded.set(key, loading);
    // A failed or canceled load is forgotten, so that the next call tries again.
    loading.catch(() => this.#loaded.delete(key));
    if (this.#loaded.size > KEPT) this.#loaded.delete(this.#loaded.keys().next().value ?? "");
    return loading;
  }
}

/** Real before made-up, then by name: nothing that depends on the order of arrival. */
function byPreference(a: FrameSeries, b: FrameSeries): number {
  return (
    Number(a.simulated) - Number(b.simulated) ||
    (a.exchange < b.exchange ? -1 : a.exchange > b.exchange ? 1 : 0)
  );
}

function inMarket(series: readonly FrameSeries[], market: string | undefined): FrameSeries[] {
  const wanted = market ?? (series.some((one) => one.market === "spot") ? "spot" : series[0]?.market);
  const found = series.filter((one) => one.market === wanted);
  if (found.length > 0) return found;
  const markets = [...new Set(series.map((one) => one.market))];
  throw new EngineError(
    "lake.unknown-market",
    `There is no market "${wanted}" for it. Its markets are ${markets.join(", ")}.`,
    { market: wanted, known: markets },
  );
}

/** The stored timeframe itself, else the coarsest one that it can be made from. */
function baseOf(offered: readonly FrameSeries[], timeframe: string): FrameSeries | undefined {
  return (
    offered.find((one) => one.timeframe === timeframe) ??
    offered
      .filter((one) => isMultiple(timeframe, one.timeframe))
      .sort((a, b) => timeframeMs(b.timeframe) - timeframeMs(a.timeframe))[0]
  );
}

function finest(offered: readonly FrameSeries[]): FrameSeries {
  return [...offered].sort((a, b) => timeframeMs(a.timeframe) - timeframeMs(b.timeframe))[0];
}

function unknownSymbol(
  symbol: string,
  exchange: string | undefined,
  known: readonly FrameSeries[],
  all: readonly FrameSeries[],
): EngineError {
  const where = exchange === undefined ? "" : ` on ${exchange}`;
  const names = [...new Set(known.map((one) => one.symbol))];
  const nearest = nearestName(String(symbol), names);
  const elsewhere = all.find((one) => one.symbol === symbol && one.exchange !== exchange);
  const hint =
    elsewhere !== undefined
      ? `It is there on ${elsewhere.exchange}.`
      : nearest !== undefined
        ? `Did you mean "${nearest}"?`
        : "series() lists what there is.";
  return new EngineError("lake.unknown-symbol", `The lake has no candles of "${symbol}"${where}. ${hint}`, {
    symbol,
    exchange,
    nearest,
  });
}

function unknownExchange(exchange: string, series: readonly FrameSeries[]): EngineError {
  const known = [...new Set(series.map((one) => one.exchange))];
  const nearest = nearestName(exchange, known);
  const hint =
    nearest === undefined ? `It has ${known.join(", ") || "none yet"}.` : `Did you mean "${nearest}"?`;
  return new EngineError("lake.unknown-exchange", `The lake has no exchange "${exchange}". ${hint}`, {
    exchange,
    known,
  });
}

function noTimeframe(what: string, timeframe: string, offered: readonly FrameSeries[]): EngineError {
  const stored = [...new Set(offered.map((one) => one.timeframe))];
  return new EngineError(
    "lake.no-timeframe",
    `Candles of ${timeframe} cannot be made for ${what}: stored are ${stored.join(", ")}. Ask for one of them or a multiple.`,
    { timeframe, stored },
  );
}
