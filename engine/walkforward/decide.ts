import { EngineError } from "../core/errors.ts";
import { isoTime } from "../core/isoTime.ts";
import { Random } from "../core/random.ts";
import type { Strategy } from "../strategy/contract.ts";
import { normaliseDecision, type Target } from "../strategy/decision.ts";
import { strategyThrew } from "../strategy/errors.ts";
import { EMPTY_PORTFOLIO, type Market, type Row } from "../strategy/market.ts";
import type { ParameterValues } from "../strategy/parameters.ts";
import { type PlainJson, plainJson } from "../strategy/plainJson.ts";
import type { SymbolTrack } from "./track.ts";

/**
 * Asks a strategy for its decision at one time after another. Slices are independent in capital and positions; what
 * the strategy itself chose to remember (`state`) is handed on from one to the next in order of time.
 */
export class Decider {
  readonly #strategy: Strategy;
  readonly #parameters: ParameterValues;
  readonly #tracks: readonly SymbolTrack[];
  readonly #symbols: readonly string[];
  readonly #trackOf: ReadonlyMap<string, SymbolTrack>;
  readonly #random: Random;
  #state: PlainJson;

  constructor(strategy: Strategy, parameters: ParameterValues, tracks: readonly SymbolTrack[], seed: number) {
    this.#strategy = strategy;
    this.#parameters = parameters;
    this.#tracks = tracks;
    this.#symbols = tracks.map(({ symbol }) => symbol);
    this.#trackOf = new Map(tracks.map((track) => [track.symbol, track]));
    this.#random = Random.seeded(seed).stream("decide");
    this.#state = strategy.state;
  }

  /** The decision at `time`; the tracks must have advanced to it. */
  at(time: number): readonly Required<Target>[] {
    const answer = this.#answer(time);
    for (const form of ["signals", "orders"]) {
      if (typeof answer === "object" && answer !== null && Array.isArray(Reflect.get(answer, form)))
        throw needsBacktest(this.#strategy.name, form);
    }
    const { targets, state } = normaliseDecision(answer, {
      strategy: this.#strategy.name,
      time,
      universe: this.#symbols,
      isInView: (symbol) => this.#trackOf.get(symbol)?.isInView ?? false,
    });
    if (state !== undefined) {
      this.#state = plainJson(state, `The state that ${this.#strategy.name} returned at ${isoTime(time)}`);
    }
    return targets;
  }

  #answer(time: number): unknown {
    const seeded = this.#random;
    let random: Random | undefined;
    // Without a `this`: the strategy would be one thing that features and decisions share.
    const { decide } = this.#strategy;
    if (decide === undefined) throw needsBacktest(this.#strategy.name, "recipes of signals");
    try {
      return decide({
        market: this.#market(time),
        portfolio: EMPTY_PORTFOLIO,
        parameters: this.#parameters,
        state: this.#state,
        // Each slice has a stream of its own, made when it is first asked for: most strategies draw nothing.
        get random() {
          return (random ??= seeded.stream(String(time)));
        },
      });
    } catch (error) {
      throw strategyThrew(this.#strategy.name, `at ${isoTime(time)}`, error, { time });
    }
  }

  #market(time: number): Market {
    const rows: Row[] = [];
    const rowOf = new Map<string, Row>();
    for (const track of this.#tracks) {
      if (!track.isInView) continue;
      const row = track.row();
      rows.push(row);
      rowOf.set(track.symbol, row);
    }
    const history = (symbol: string, column: string, length: number): Float64Array =>
      this.#trackOf.get(symbol)?.history(column, length) ?? new Float64Array(0);
    return { time, rows, row: (symbol) => rowOf.get(symbol), history };
  }
}

function needsBacktest(strategy: string, what: string): EngineError {
  return new EngineError(
    "walkforward.needs-backtest",
    `${strategy} answers with ${what}; a walk-forward slice holds targets for its window and has no orders. ` +
      "Use backtest(strategy, universe, options), or answer with targets.",
    { strategy, what },
  );
}
