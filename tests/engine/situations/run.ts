import { expect } from "vitest";
import type { BacktestOptions } from "#engine/backtest/options.ts";
import { type Prepared, prepare } from "#engine/backtest/prepare.ts";
import { backtest } from "#engine/backtest/run.ts";
import type { Candles } from "#engine/candles/candles.ts";
import { step } from "#engine/catalogue/vocabulary.ts";
import type { Table } from "#engine/core/table.ts";
import { parseWire, stringifyWire } from "#engine/core/wireJson.ts";
import type { OrderInstruction } from "#engine/orders/order.ts";
import type { SessionInput } from "#engine/session/events.ts";
import { Feed } from "#engine/session/feed.ts";
import { Session, type SessionSnapshot } from "#engine/session/session.ts";
import type { SessionSettings } from "#engine/session/settings.ts";
import { Tape } from "#engine/session/tape.ts";
import { defineStrategy, type Strategy } from "#engine/strategy/contract.ts";
import type { OrderView } from "#engine/strategy/market.ts";
import type { Signal } from "#engine/strategy/signal.ts";
import { type Bar, BTC, type ColumnSignal, HOUR, hour, type Situation, START } from "./situation.ts";

/** What a situation came to, in the words of the table. */
export type Outcome = {
  readonly fills: readonly string[];
  readonly ends: Readonly<Record<string, string>>;
  readonly equity: number;
  readonly exits: readonly string[];
  readonly risk: readonly string[];
};

const DEFAULTS: BacktestOptions = {
  startingBalance: 10_000,
  feeBps: 0,
  marketType: "linear",
  finalise: "keepOpen",
};

/** Through `backtest`, candle by candle. */
export function byEvents(situation: Asked): Outcome {
  return told(tablesByEvents(situation), situation);
}

/** The same as tables. */
export function tablesByEvents(situation: Asked): Tables {
  const { strategy, universe, options } = setUp(situation);
  return backtest(strategy, universe, { ...options, path: "event" });
}

/** Through `backtest` as it chooses its way itself, and which way that was. */
export function byChoice(situation: Situation): Outcome & { readonly path: string } {
  const { strategy, universe, options } = setUp(situation);
  const result = backtest(strategy, universe, options);
  return { ...told(result, situation), path: result.path };
}

/** Columns of signals, asked for by a strategy that decides instead. */
export function byDecisions(situation: Situation): Outcome {
  const { columns = {}, ...rest } = situation;
  return byEvents({ ...rest, signals: {}, decide: (bar, held) => decisionOf(columns[bar], held) });
}

/**
 * Through the session alone, told one event after another as a paper session is: candles when they are complete, then
 * the clock. It is told nothing before its time. `moreClock`: times at which the clock is told besides. `restartAt`:
 * at the first close from then on it is written down, and another one goes on from what was written.
 */
export function byApply(
  situation: Asked,
  { moreClock = [], restartAt = Infinity }: { moreClock?: readonly number[]; restartAt?: number } = {},
): Outcome {
  const { strategy, universe, options } = setUp(situation);
  const prepared = finish(prepare(strategy, universe, options));
  let live = new LiveInputs(prepared);
  let session = new Session(live.settings, live.feeds, { marks: prepared.marks });
  for (const { market, time, rate, price } of prepared.fundings) {
    const { id } = prepared.settings.markets[market];
    const mark = !Number.isNaN(price) && { markPrice: price };
    session.apply({ kind: "funding", market: id, time, rate, ...mark });
  }
  const ticks = [...moreClock].sort((a, b) => a - b);
  const past: CandleEvent[] = [];
  let hasRestarted = false;
  for (const { time, candles } of closes(prepared)) {
    while (ticks.length > 0 && ticks[0] < time) session.apply({ kind: "clock", time: ticks.shift()! });
    for (const candle of candles) {
      past.push(candle);
      session.apply(candle);
    }
    live.reach(time);
    session.apply({ kind: "clock", time });
    if (time < restartAt || hasRestarted) continue;
    hasRestarted = true;
    const saved = parseWire(stringifyWire(session.snapshot())) as SessionSnapshot;
    live = new LiveInputs(prepared);
    for (const candle of past) live.append(candle);
    live.reach(time);
    session = Session.restore(live.settings, live.feeds, saved, { marks: prepared.marks });
    expect(session.snapshot()).toEqual(saved);
  }
  session.settleRecords();
  return told({ ...session.recorder.tables(), trades: session.trades.toTable() }, situation);
}

type CandleEvent = Extract<SessionInput, { kind: "candle" }>;

/** Feeds and tapes that hold no more than what has been told. */
class LiveInputs {
  readonly settings: SessionSettings;
  readonly feeds: readonly Feed[];
  readonly #growing: { readonly tape: Tape; readonly whole: Tape }[] = [];

  constructor({ settings, feeds }: Prepared) {
    this.feeds = feeds.map(({ market, timeframe }) => new Feed(market, { ...columnsOf([]), timeframe }));
    const strategies = settings.strategies.map((spec) => ({
      ...spec,
      tapes: spec.tapes.map((whole) => {
        const features = Object.fromEntries(whole.names.map((name, k) => [name, whole.features[k]]));
        const tape = new Tape(whole.symbol, spec.strategy.timeframe, whole.candles, features, 0);
        this.#growing.push({ tape, whole });
        return tape;
      }),
    }));
    this.settings = { ...settings, strategies };
  }

  append(candle: CandleEvent): void {
    this.feeds.find(({ market }) => market === candle.market)?.append(candle);
  }

  /** Lets the tapes see what has closed by a time. */
  reach(time: number): void {
    for (const { tape, whole } of this.#growing) {
      let known = tape.rows;
      while (known < whole.rows && whole.candles.timestamp[known] + HOUR <= time) known++;
      if (known > tape.rows) tape.extend(whole.candles, whole.features, known);
    }
  }
}

/** The candles of all markets by the time at which they close. */
function closes({ feeds, settings }: Prepared): { time: number; candles: CandleEvent[] }[] {
  const byTime = new Map<number, CandleEvent[]>();
  for (const [m, feed] of feeds.entries()) {
    const { timestamp, open, high, low, close, volume } = feed.candles;
    for (let row = 0; row < feed.rows; row++) {
      const time = feed.closeOf(timestamp[row]);
      const candle: CandleEvent = {
        kind: "candle",
        market: settings.markets[m].id,
        timestamp: timestamp[row],
        open: open[row],
        high: high[row],
        low: low[row],
        close: close[row],
        volume: volume[row],
      };
      byTime.set(time, [...(byTime.get(time) ?? []), candle]);
    }
  }
  return [...byTime].sort(([a], [b]) => a - b).map(([time, candles]) => ({ time, candles }));
}

// --- from a situation to a backtest --------------------------------------------------------------------------------

/**
 * A situation, or one whose signals are found at each close from the signed amount that is held; and what is asked for
 * where an order was accepted or has ended.
 */
export type Asked = Situation & {
  readonly decide?: (bar: number, held: number) => readonly Signal[];
  readonly onOrder?: (order: OrderView) => readonly OrderInstruction[];
};

function setUp(situation: Asked): { strategy: Strategy; universe: Candles[]; options: BacktestOptions } {
  const { bars, others = {}, quarters, marks, columns, settings } = situation;
  const main = columns === undefined ? bars : bars.map((bar, i) => coded(bar, columns[i]));
  const universe = [
    candlesOf(BTC, "sim", "1h", hourly(main)),
    ...Object.entries(others).map(([name, its]) => {
      const [symbol, exchange = "sim"] = name.split("|").reverse();
      return candlesOf(symbol, exchange, "1h", hourly(its));
    }),
  ];
  return {
    strategy: columns === undefined ? deciding(situation) : COLUMN_STRATEGY,
    universe,
    options: {
      ...DEFAULTS,
      ...(quarters !== undefined && { detail: [candlesOf(BTC, "sim", "15m", quarterly(bars, quarters))] }),
      ...(marks !== undefined && { markPrice: [candlesOf(BTC, "sim", "1h", hourly(marks))] }),
      ...settings,
    },
  };
}

/** A strategy that knows nothing but what the situation asks for at each close. */
function deciding({ orders, signals, decide, onOrder }: Asked): Strategy {
  return defineStrategy({
    name: "situation",
    timeframe: "1h",
    history: 1,
    features: () => ({}),
    decide: ({ market, portfolio }) => {
      const bar = (market.time - START) / HOUR - 1;
      const held = portfolio.position(BTC)?.amount ?? 0;
      if (decide !== undefined) return { signals: [...decide(bar, held)] };
      return orders === undefined
        ? { signals: [...(signals?.[bar] ?? [])] }
        : { orders: [...(orders[bar] ?? [])] };
    },
    ...(onOrder !== undefined && { onOrder: ({ order }) => ({ orders: [...onOrder(order)] }) }),
  });
}

/** Signals travel as the volume of their candle: the strategy is then of columns alone. */
const CODES: Readonly<Record<ColumnSignal, number>> = {
  enterLong: 1,
  exitLong: 2,
  enterShort: 3,
  exitShort: 4,
  enterBoth: 5,
  turnShort: 6,
};
const coded = (bar: Bar, code: ColumnSignal | undefined): Bar =>
  bar === null || code === undefined ? bar : [bar[0], bar[1], bar[2], bar[3], CODES[code]];

const COLUMN_STRATEGY = defineStrategy({
  name: "columns",
  timeframe: "1h",
  history: 1,
  features: ({ volume }) => ({
    enterLong: step([volume], () => (code) => (code === 1 || code === 5 ? 1 : 0)),
    exitLong: step([volume], () => (code) => (code === 2 || code === 6 ? 1 : Number.NaN)),
    enterShort: step([volume], () => (code) => (code === 3 || code === 5 || code === 6 ? 1 : 0)),
    exitShort: step([volume], () => (code) => (code === 4 ? -1 : 0)),
  }),
  signals: ({ enterLong, exitLong, enterShort, exitShort }) => ({
    enterLong,
    exitLong,
    enterShort,
    exitShort,
  }),
});

/** The signal that means what a column's does. */
function decisionOf(code: ColumnSignal | undefined, held: number): readonly Signal[] {
  switch (code) {
    case undefined:
    case "enterBoth":
      return [];
    case "enterLong":
      return [{ symbol: BTC, direction: "long" }];
    case "enterShort":
    case "turnShort":
      return [{ symbol: BTC, direction: "short" }];
    case "exitLong":
      return held > 0 ? [{ symbol: BTC, direction: "flat" }] : [];
    case "exitShort":
      return held < 0 ? [{ symbol: BTC, direction: "flat" }] : [];
  }
}

type TimedBar = readonly [time: number, bar: NonNullable<Bar>];

function hourly(bars: readonly Bar[]): TimedBar[] {
  return bars.flatMap((bar, i): TimedBar[] => (bar === null ? [] : [[hour(i), bar]]));
}

function quarterly(bars: readonly Bar[], quarters: Readonly<Record<number, readonly Bar[]>>): TimedBar[] {
  return bars.flatMap((bar, i): TimedBar[] => {
    if (bar === null) return [];
    const still: Bar = [bar[3], bar[3], bar[3], bar[3]];
    const parts = quarters[i] ?? [bar, still, still, still];
    return parts.flatMap((part, q): TimedBar[] => (part === null ? [] : [[hour(i + q / 4), part]]));
  });
}

function candlesOf(symbol: string, exchange: string, timeframe: string, bars: readonly TimedBar[]): Candles {
  return { ...columnsOf(bars), symbol, exchange, timeframe };
}

function columnsOf(bars: readonly TimedBar[]): Omit<Candles, "symbol" | "exchange" | "timeframe"> {
  const column = (of: (bar: TimedBar) => number): Float64Array => Float64Array.from(bars, of);
  return {
    timestamp: column(([time]) => time),
    open: column(([, bar]) => bar[0]),
    high: column(([, bar]) => bar[1]),
    low: column(([, bar]) => bar[2]),
    close: column(([, bar]) => bar[3]),
    volume: column(([, bar]) => bar[4] ?? 1000),
  };
}

export function finish<T>(work: Generator<unknown, T, void>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

// --- from tables to the words of the table -------------------------------------------------------------------------

export type Tables = {
  readonly orders: Table;
  readonly fills: Table;
  readonly trades: Table;
  readonly equity: Table;
  readonly riskEvents: Table;
};

function told({ orders, fills, trades, equity, riskEvents }: Tables, { quarters }: Situation): Outcome {
  const candleMs = quarters === undefined ? HOUR : HOUR / 4;
  const clock = (time: number): string =>
    (time + 1) % candleMs === 0 ? `in ${timeText(time + 1 - candleMs)}` : `at ${timeText(time)}`;
  const order = rowsOf(orders);
  const nameOf = (id: number): string => order[id - 1].text.clientOrderId ?? `#${id}`;
  const ends: Record<string, string> = {};
  for (const { number, text } of order) {
    const { orderId, amount, filled } = number;
    const name = nameOf(orderId) in ends ? `${nameOf(orderId)} again` : nameOf(orderId);
    const isFilled = text.status === "filled" || text.status === "partiallyFilled";
    const reason = isFilled || text.reason === undefined ? "" : ` ${text.reason}`;
    const part = filled > 0 && filled < amount ? ` (${tidy(filled)} of ${tidy(amount)})` : "";
    ends[name] = `${text.status}${reason}${part}`;
  }
  return {
    ends,
    fills: rowsOf(fills).map(({ number, text }) => {
      const { time, orderId, amount, price, fee, slippage } = number;
      const costs = `${fee === 0 ? "" : `, fee ${tidy(fee)}`}${tidy(slippage) === 0 ? "" : `, slippage ${tidy(slippage)}`}`;
      const deed = `${nameOf(orderId)} ${text.side}s ${tidy(amount)} @ ${tidy(price)}`;
      return `${clock(time)} ${deed} ${text.liquidity} ${text.reason}${costs}`;
    }),
    equity: rowsOf(equity).at(-1)?.number.equity ?? Number.NaN,
    exits: rowsOf(trades).map(({ text }) => text.exitReason ?? ""),
    risk: rowsOf(riskEvents).map(({ number, text }) => `${clock(number.time)} ${text.rule} ${text.action}`),
  };
}

export type Row = {
  readonly number: Readonly<Record<string, number>>;
  readonly text: Readonly<Record<string, string | undefined>>;
};

export function rowsOf({ rows, columns }: Table): Row[] {
  return Array.from({ length: rows }, (_, i) => {
    const number: Record<string, number> = {};
    const text: Record<string, string | undefined> = {};
    for (const [name, column] of Object.entries(columns)) {
      const value = column instanceof Float64Array ? column[i] : column.values[column.codes[i]];
      if (typeof value === "number") number[name] = value;
      else if (typeof value === "string") text[name] = value;
    }
    return { number, text };
  });
}

/** Hours since the start, with minutes where there are some: `1`, `1:15`. */
function timeText(time: number): string {
  const minutes = (time - START) / 60_000;
  const rest = minutes % 60;
  return rest === 0 ? String(minutes / 60) : `${Math.floor(minutes / 60)}:${String(rest).padStart(2, "0")}`;
}

/** Nine digits after the point: what floating point leaves beyond them is no part of a price. */
export function tidy(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
