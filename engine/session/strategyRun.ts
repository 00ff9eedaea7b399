import { EngineError } from "../core/errors.ts";
import { isoTime } from "../core/isoTime.ts";
import { Random } from "../core/random.ts";
import type { DecisionContext } from "../strategy/decision.ts";
import { strategyThrew } from "../strategy/errors.ts";
import type { FillView, Market, OrderView, PortfolioView } from "../strategy/market.ts";
import { type PlainJson, plainJson } from "../strategy/plainJson.ts";
import { type ReadDecision, readDecision } from "../strategy/readDecision.ts";
import { MarketView } from "./marketView.ts";
import type { SessionStrategy } from "./settings.ts";

/** Something that a strategy has asked to be told of. */
export type Notice =
  | { readonly kind: "fill"; readonly fill: FillView }
  | { readonly kind: "order"; readonly order: OrderView };

/** What `decide` is given. Its accessors are the same functions in every run; see `MarketView`. */
class DecideInput {
  readonly #run: StrategyRun;

  constructor(run: StrategyRun, portfolio: PortfolioView) {
    this.#run = run;
    Object.defineProperties(this, {
      market: { enumerable: true, value: run.market.view satisfies Market },
      portfolio: { enumerable: true, value: portfolio },
      parameters: { enumerable: true, value: run.spec.parameters },
    });
    Object.defineProperties(this, DecideInput.#accessors);
    Object.freeze(this);
  }

  static readonly #accessors: PropertyDescriptorMap = {
    state: {
      enumerable: true,
      get(this: DecideInput) {
        return this.#run.state;
      },
    },
    random: {
      enumerable: true,
      get(this: DecideInput) {
        return this.#run.random;
      },
    },
  };
}

/**
 * One strategy at work: its view of the market, its memory, its dice, and what it is still to be told. It asks the
 * strategy and checks the answer; acting on it is the session's.
 */
export class StrategyRun {
  readonly market: MarketView;
  /** Names of its markets as it knows them, in the order of `spec.markets`. */
  readonly symbols: readonly string[];
  readonly placeOf: ReadonlyMap<string, number>;
  readonly notices: Notice[] = [];
  /** Share of the account's equity, where capital is divided by a rule; NaN before its first answer. */
  share = Number.NaN;
  /** The number of the period of rebalancing that was last acted in. */
  rebalanced = Number.NaN;
  #state: PlainJson;
  /** The strategy's dice, thrown for each decision anew; made when a strategy first asks for some. */
  readonly #dice: () => Random;
  #random: Random | undefined = undefined;
  readonly #input: DecideInput;
  readonly #context: { -readonly [Part in keyof DecisionContext]: DecisionContext[Part] };
  #stream: Random | undefined = undefined;
  /** What the dice of this decision are named by: the time, and which notice it answers; made when they are asked for. */
  #streamTime = Number.NaN;
  #streamNotice = -1;

  constructor(
    readonly index: number,
    readonly spec: SessionStrategy,
    portfolio: PortfolioView,
    seed: number,
  ) {
    this.market = new MarketView(spec.tapes);
    this.symbols = spec.tapes.map(({ symbol }) => symbol);
    this.placeOf = new Map(this.symbols.map((symbol, k) => [symbol, k]));
    this.#state = spec.strategy.state;
    // One strategy alone has the dice that it has in `evaluate`; of several, each has its own.
    this.#dice = () => Random.seeded(seed).stream(index === 0 ? "decide" : `decide ${index}`);
    this.#context = {
      strategy: spec.strategy.name,
      time: Number.NaN,
      universe: this.symbols,
      isInView: (symbol) => this.market.isInView(symbol),
    };
    this.#input = new DecideInput(this, portfolio);
  }

  get name(): string {
    return this.spec.strategy.name;
  }

  /** When the next candle of one of its markets closes. */
  nextClose(): number {
    const { tapes } = this.spec;
    let next = Infinity;
    for (let k = 0; k < tapes.length; k++) if (tapes[k].nextClose < next) next = tapes[k].nextClose;
    return next;
  }

  /** What the strategy decides at `time`; its views must have advanced to it. */
  decide(time: number): ReadDecision {
    const { decide } = this.spec.strategy;
    if (decide === undefined) {
      throw new EngineError("session.no-decide", `${this.name} has no decide.`, { strategy: this.name });
    }
    this.#stream = undefined;
    this.#streamTime = time;
    this.#streamNotice = -1;
    let answer: unknown;
    try {
      answer = decide(this.#input as unknown as Parameters<typeof decide>[0]);
    } catch (error) {
      throw strategyThrew(this.name, `at ${isoTime(time)}`, error, { time });
    }
    return this.#read(answer, time);
  }

  /** Tells the strategy of a fill or an order; what it answers is a decision, undefined for none. */
  tell(notice: Notice, time: number, number: number): ReadDecision | undefined {
    const { onFill, onOrder } = this.spec.strategy;
    this.#stream = undefined;
    this.#streamTime = time;
    this.#streamNotice = number;
    const input = this.#inputWith(notice);
    let answer: unknown;
    try {
      answer =
        notice.kind === "fill"
          ? onFill?.(input as Parameters<typeof onFill>[0])
          : onOrder?.(input as Parameters<typeof onOrder>[0]);
    } catch (error) {
      const where = notice.kind === "fill" ? "onFill" : "onOrder";
      throw strategyThrew(this.name, `in ${where} at ${isoTime(time)}`, error, { time });
    }
    return answer === undefined ? undefined : this.#read(answer, time);
  }

  get state(): PlainJson {
    return this.#state;
  }

  /** The dice of this decision. */
  get random(): Random {
    this.#random ??= this.#dice();
    this.#stream ??= this.#random.stream(this.#streamName());
    return this.#stream;
  }

  #streamName(): string {
    return this.#streamNotice < 0 ? String(this.#streamTime) : `${this.#streamTime} ${this.#streamNotice}`;
  }

  #inputWith(notice: Notice): object {
    const input = this.#input as unknown as Record<string, unknown>;
    const { market, portfolio, parameters, state } = input;
    const own = { market, portfolio, parameters, state };
    const dice = { enumerable: true, get: () => input.random };
    const told = notice.kind === "fill" ? { fill: notice.fill } : { order: notice.order };
    return Object.freeze(Object.defineProperty({ ...own, ...told }, "random", dice));
  }

  #read(answer: unknown, time: number): ReadDecision {
    this.#context.time = time;
    const decision = readDecision(answer, this.#context);
    if (decision.state !== undefined && decision.state !== this.#state) {
      this.#state = plainJson(decision.state, `The state that ${this.name} returned at ${isoTime(time)}`);
    }
    return decision;
  }

  snapshot(): RunSnapshot {
    return {
      state: this.#state,
      share: plainNumber(this.share),
      rebalanced: plainNumber(this.rebalanced),
    };
  }

  load(snapshot: RunSnapshot): void {
    this.#state = plainJson(snapshot.state, "The snapshot's state");
    this.share = snapshot.share ?? Number.NaN;
    this.rebalanced = snapshot.rebalanced ?? Number.NaN;
  }
}

export type RunSnapshot = {
  readonly state: PlainJson;
  readonly share: number | null;
  readonly rebalanced: number | null;
};

export function plainNumber(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
