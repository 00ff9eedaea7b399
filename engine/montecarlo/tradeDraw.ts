import { EngineError, nearestName } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import type { Numbers } from "../core/stats.ts";
import { Words } from "./words.ts";

/** How the trades of a path are put together from those that were made. All of it may be asked for together. */
export type DrawOptions = {
  /**
   * `"shuffled"`: every trade once, in random order: what if luck had come in another order. `"resampled"` (default):
   * as many trades drawn again, each time from all: what if these trades are a sample of what may come. `"kept"`: as
   * they were, for what is random in the options below.
   */
  readonly order?: "shuffled" | "resampled" | "kept";
  /** Mean length of the runs in which trades are resampled, so that streaks stay. Default: 1, each by itself. */
  readonly runLength?: number;
  /** Probability with which a trade is missed. Default: 0. */
  readonly skip?: number;
  /** Up to so much more is paid for what each trade turns over, in hundredths of a percent, evenly. Default: 0. */
  readonly maxExtraBps?: number;
  /** By trade: what it bought and sold by the account's equity at the time; wanted where `maxExtraBps` is. */
  readonly turnover?: Numbers;
  /**
   * By delay, from none: what each trade would have returned, entered so much later; each trade draws its delay, all as
   * likely. Default: as it was. See `delayedReturns`.
   */
  readonly delayed?: readonly Numbers[];
};

const ORDERS = ["shuffled", "resampled", "kept"];

// Places are drawn by multiplying 32 random bits: of n trades some come up n / 2³² more often than others, far below what
// any number of paths could show, and it is what makes a million draws take milliseconds.
const TWO_32 = 4294967296;
const BY_TWO_32 = 1 / TWO_32;

/** What is random. */
type Stream = "places" | "runs" | "delays" | "costs" | "skips";

/**
 * Draws the trades of one path after the other. Each thing that is random has a stream of its own, one word for each
 * trade, so that asking for one more leaves the others as they were.
 */
export class TradeDraw {
  readonly #delayed: readonly Float64Array[];
  readonly #options: DrawOptions;
  readonly #streams: Readonly<Record<Stream, Words>>;
  readonly #words: Uint32Array;
  /** Which trade comes at each place. */
  readonly #places: Int32Array;
  /** The prompt returns in the order of the last shuffle. */
  readonly #mixed: Float64Array;
  readonly #out: Float64Array;

  constructor(delayed: readonly Float64Array[], options: DrawOptions, random: Random) {
    const count = delayed[0].length;
    this.#delayed = delayed;
    this.#options = options;
    this.#streams = {
      places: new Words(random.stream("places")),
      runs: new Words(random.stream("runs")),
      delays: new Words(random.stream("delays")),
      costs: new Words(random.stream("costs")),
      skips: new Words(random.stream("skips")),
    };
    this.#words = new Uint32Array(count);
    this.#places = Int32Array.from({ length: count }, (_, i) => i);
    this.#mixed = delayed[0].slice();
    this.#out = new Float64Array(count);
  }

  /** The returns of the next path's trades; the same memory each time. */
  next(): Float64Array {
    const { order = "resampled", runLength = 1, skip = 0, maxExtraBps = 0 } = this.#options;
    // The two that are asked for most need to know of no place.
    const isPlain = this.#delayed.length === 1 && maxExtraBps === 0;
    if (isPlain && order === "shuffled") this.#out.set(this.#shuffle(this.#mixed));
    else if (isPlain && order === "resampled" && runLength === 1) this.#drawAgain();
    else {
      if (order === "shuffled") this.#shuffle(this.#places);
      else if (order === "resampled") this.#resample(runLength);
      this.#gather();
    }
    if (maxExtraBps > 0) this.#charge(maxExtraBps / 10_000);
    if (skip > 0) this.#skip(skip);
    return this.#out;
  }

  #drawAgain(): void {
    const words = this.#fill("places");
    const out = this.#out;
    const [prompt] = this.#delayed;
    const count = out.length;
    const scale = BY_TWO_32 * count;
    for (let i = 0; i < count; i++) out[i] = prompt[(words[i] * scale) | 0];
  }

  /** Fisher and Yates' shuffle, in place; of what was shuffled before as good as of anything else. */
  #shuffle<T extends Float64Array | Int32Array>(items: T): T {
    const words = this.#fill("places");
    for (let i = items.length - 1; i > 0; i--) {
      const j = (words[i] * BY_TWO_32 * (i + 1)) | 0;
      const item = items[i];
      items[i] = items[j];
      items[j] = item;
    }
    return items;
  }

  /** Runs that begin anywhere and end after each trade with the same probability; the first trade follows the last. */
  #resample(runLength: number): void {
    const places = this.#places;
    const count = places.length;
    const words = this.#fill("places");
    const scale = BY_TWO_32 * count;
    for (let i = 0; i < count; i++) places[i] = (words[i] * scale) | 0;
    if (runLength === 1) return;
    const stays = this.#fill("runs");
    const ends = TWO_32 / runLength;
    for (let i = 1; i < count; i++) {
      if (stays[i] >= ends) places[i] = places[i - 1] + 1 === count ? 0 : places[i - 1] + 1;
    }
  }

  #gather(): void {
    const places = this.#places;
    const out = this.#out;
    const delayed = this.#delayed;
    if (delayed.length === 1) {
      const [prompt] = delayed;
      for (let i = 0; i < out.length; i++) out[i] = prompt[places[i]];
      return;
    }
    const words = this.#fill("delays");
    for (let i = 0; i < out.length; i++) {
      out[i] = delayed[(words[i] * BY_TWO_32 * delayed.length) | 0][places[i]];
    }
  }

  #charge(maxExtra: number): void {
    const { turnover = [] } = this.#options;
    const words = this.#fill("costs");
    const out = this.#out;
    for (let i = 0; i < out.length; i++) {
      out[i] -= words[i] * BY_TWO_32 * maxExtra * turnover[this.#places[i]];
    }
    boundedBelow(out);
  }

  #skip(probability: number): void {
    const words = this.#fill("skips");
    const limit = probability * TWO_32;
    for (let i = 0; i < words.length; i++) if (words[i] < limit) this.#out[i] = 0;
  }

  #fill(stream: Stream): Uint32Array {
    this.#streams[stream].fill(this.#words);
    return this.#words;
  }
}

/** More than all cannot be lost of what is staked: what is owed beyond it is not the account's. */
export function boundedBelow(returns: Float64Array): Float64Array {
  for (let i = 0; i < returns.length; i++) if (returns[i] < -1) returns[i] = -1;
  return returns;
}

/** What each trade returned, by delay. */
export function requireTrades(returns: Numbers, options: DrawOptions): readonly Float64Array[] {
  const { skip = 0, maxExtraBps = 0, turnover, runLength = 1, delayed = [returns] } = options;
  if (returns.length === 0) {
    throw new EngineError(
      "montecarlo.no-trades",
      "simulateTrades: there are no trades; expected one at least. Look at why the strategy did not trade.",
    );
  }
  requireOne("order", options.order, ORDERS);
  requireSetting("skip", skip, skip >= 0 && skip < 1, "a probability from 0, below 1");
  requireSetting(
    "maxExtraBps",
    maxExtraBps,
    maxExtraBps >= 0 && maxExtraBps < 10_000,
    "hundredths of a percent from 0",
  );
  requireSetting("runLength", runLength, runLength >= 1, "1 or more trades");
  requireColumn("return", returns, returns.length);
  if (maxExtraBps > 0) requireColumn("turnover", turnover ?? [], returns.length);
  requireSetting("delayed", delayed.length, delayed.length > 0, "returns for one delay at least");
  for (const [k, column] of delayed.entries()) requireColumn(`delayed[${k}]`, column, returns.length);
  return delayed.map((column) => boundedBelow(Float64Array.from(column)));
}

/** Throws unless a word is one of those that are known, or left out. */
export function requireOne(name: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  const nearest = nearestName(value, known);
  throw new EngineError(
    "montecarlo.setting",
    `simulateTrades: ${name} is "${value}"; expected one of ${known.join(", ")}.` +
      (nearest === undefined ? "" : ` Did you mean "${nearest}"?`),
    { name, given: value, known, nearest },
  );
}

function requireSetting(name: string, value: number, holds: boolean, expected: string): void {
  if (holds) return;
  throw new EngineError("montecarlo.setting", `simulateTrades: ${name} is ${value}; expected ${expected}.`, {
    name,
    given: value,
  });
}

function requireColumn(name: string, column: Numbers, length: number): void {
  if (column.length !== length) {
    throw new EngineError(
      "montecarlo.lengths",
      `simulateTrades: ${name} has ${column.length} values for ${length} trades; expected one of each.`,
      { name, given: column.length, expected: length },
    );
  }
  for (let i = 0; i < length; i++) {
    if (Number.isFinite(column[i])) continue;
    throw new EngineError(
      "montecarlo.not-finite",
      `simulateTrades: ${name} of trade ${i} is ${column[i]}; expected finite fractions of the account.`,
      { name, index: i, given: String(column[i]) },
    );
  }
}
