import { CANDLE_COLUMNS, type Candle, type CandleColumns } from "../candles/candles.ts";
import type { Market, Row } from "../strategy/market.ts";
import type { Tape } from "./tape.ts";

type Accessors = PropertyDescriptorMap;

class CandleView {
  readonly #tape: Tape;

  constructor(tape: Tape) {
    this.#tape = tape;
    Object.defineProperties(this, CandleView.#accessors);
    Object.freeze(this);
  }

  static readonly #accessors: Accessors = Object.fromEntries(
    CANDLE_COLUMNS.map((column) => [column, CandleView.#accessor(column)]),
  );

  static #accessor(column: keyof CandleColumns): PropertyDescriptor {
    switch (column) {
      case "timestamp":
        return property(function (this: CandleView) {
          return this.#tape.candles.timestamp[this.#tape.closed];
        });
      case "open":
        return property(function (this: CandleView) {
          return this.#tape.candles.open[this.#tape.closed];
        });
      case "high":
        return property(function (this: CandleView) {
          return this.#tape.candles.high[this.#tape.closed];
        });
      case "low":
        return property(function (this: CandleView) {
          return this.#tape.candles.low[this.#tape.closed];
        });
      case "close":
        return property(function (this: CandleView) {
          return this.#tape.candles.close[this.#tape.closed];
        });
      case "volume":
        return property(function (this: CandleView) {
          return this.#tape.candles.volume[this.#tape.closed];
        });
    }
  }
}

class FeatureView {
  readonly #tape: Tape;

  constructor(tape: Tape, accessors: Accessors) {
    this.#tape = tape;
    Object.defineProperties(this, accessors);
    Object.freeze(this);
  }

  static accessors(names: readonly string[]): Accessors {
    return Object.fromEntries(names.map((name, k) => [name, FeatureView.#accessor(k)]));
  }

  static readonly #byPlace: PropertyDescriptor[] = [];

  static #accessor(k: number): PropertyDescriptor {
    FeatureView.#byPlace[k] ??= property(function (this: FeatureView) {
      return this.#tape.features[k][this.#tape.closed];
    });
    return FeatureView.#byPlace[k];
  }
}

/** What a strategy is given of a market view. */
class MarketFace {
  readonly #of: MarketView;

  constructor(of: MarketView, row: Market["row"], history: Market["history"]) {
    this.#of = of;
    Object.defineProperties(this, MarketFace.#accessors);
    Object.defineProperties(this, {
      row: { value: row, enumerable: true },
      history: { value: history, enumerable: true },
    });
    Object.freeze(this);
  }

  static readonly #accessors: Accessors = {
    time: property(function (this: MarketFace) {
      return this.#of.time;
    }),
    rows: property(function (this: MarketFace) {
      return this.#of.rows;
    }),
  };
}

/**
 * What a strategy sees of the market, without a record made per candle: each view is one frozen object whose
 * properties read the tape at its latest closed row when they are looked at. A view that a strategy keeps shows what is
 * closed *now*, never more.
 *
 * The accessors are own properties, so that views spread and list like the records that they stand for, and the same
 * functions for all markets and all runs: objects whose accessors differ have no shape in common, and reading them is
 * ten times as slow from the second run on.
 *
 * `view` is what the strategy is given.
 */
export class MarketView {
  readonly view: Market;
  readonly #tapes: readonly Tape[];
  readonly #views: readonly Row[];
  readonly #rowOf = new Map<string, Row>();
  readonly #tapeOf: ReadonlyMap<string, Tape>;
  rows: readonly Row[] = Object.freeze([]);
  time = Number.NaN;

  constructor(tapes: readonly Tape[]) {
    this.#tapes = tapes;
    const accessors = FeatureView.accessors(tapes[0]?.names ?? []);
    this.#views = tapes.map((tape) =>
      Object.freeze({
        symbol: tape.symbol,
        candle: new CandleView(tape) as unknown as Candle,
        features: new FeatureView(tape, accessors) as unknown as Readonly<Record<string, number>>,
      }),
    );
    this.#tapeOf = new Map(tapes.map((tape) => [tape.symbol, tape]));
    const rowOf = this.#rowOf;
    const history = (symbol: string, column: string, length: number): Float64Array => {
      const tape = this.#tapeOf.get(symbol);
      return tape === undefined ? new Float64Array(0) : tape.history(column, length);
    };
    this.view = new MarketFace(this, (symbol) => rowOf.get(symbol), history) as unknown as Market;
  }

  /** Brings all tapes to `time`; true where one of them has a new closed candle. */
  advance(time: number): boolean {
    const tapes = this.#tapes;
    let hasMoved = false;
    let entered = false;
    for (let k = 0; k < tapes.length; k++) {
      const wasEmpty = tapes[k].closed < 0;
      if (!tapes[k].advance(time)) continue;
      hasMoved = true;
      if (wasEmpty) entered = true;
    }
    this.time = time;
    if (entered) this.#enter();
    return hasMoved;
  }

  /**
   * Brings the only tape to a row that closes at `time`, without a look for when the next one will: for who folds rows
   * one by one and asks nothing else of the tape.
   */
  showRow(row: number, time: number): void {
    const [tape] = this.#tapes;
    tape.closed = row;
    tape.lastMove = time;
    this.time = time;
    if (this.rows.length === 0) this.#enter();
  }

  /** After the tapes were taken to where a snapshot had them. */
  resume(time: number): void {
    this.time = time;
    this.#enter();
  }

  /** Whether this symbol has a closed candle. */
  isInView(symbol: string): boolean {
    return this.#rowOf.has(symbol);
  }

  #enter(): void {
    const rows = this.#views.filter((_, k) => this.#tapes[k].closed >= 0);
    for (const row of rows) this.#rowOf.set(row.symbol, row);
    this.rows = Object.freeze(rows);
  }
}

function property<T>(get: (this: T) => unknown): PropertyDescriptor {
  return { get, enumerable: true, configurable: false };
}
