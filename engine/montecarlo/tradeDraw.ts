import { EngineError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import type { Numbers } from "../core/stats.ts";

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

// Places are drawn by multiplying 32 random bits: of n trades some come up n / 2³² more often than others, far below what
// any number of paths could show, and it is what makes a million draws take milliseconds.
const TWO_32 = 4294967296;
const BY_TWO_32 = 1 / TWO_32;

/** Draws the trades of one path after the other. */
export class TradeDraw {
  readonly #delayed: readonly Float64Array[];
  readonly #options: DrawOptions;
  readonly #random: Random;
  /** Which trade comes at each place. */
  readonly #places: Int32Array;
  /** The prompt returns in the order of the last shuffle. */
  readonly #mixed: Float64Array;
  readonly #out: Float64Array;

  constructor(delayed: readonly Float64Array[], options: DrawOptions, random: Random) {
    this.#delayed = delayed;
    this.#options = options;
    this.#random = random;
    this.#places = Int32Array.from({ length: delayed[0].length }, (_, i) => i);
    this.#mixed = delayed[0].slice();
    this.#out = new Float64Array(delayed[0].length);
  }

  /** The returns of the next path's trades; the same memory each time. */
  next(): Float64Array {
    const { order = "resampled", runLength = 1, skip = 0, maxExtraBps = 0 } = this.#options;
    const isPrompt = this.#delayed.length === 1;
    if (isPrompt && maxExtraBps === 0 && order === "shuffled") this.#mix();
    else if (isPrompt && maxExtraBps === 0 && order === "resampled" && runLength === 1) this.#drawAgain();
    else {
      if (order === "shuffled") shuffle(this.#places, this.#random);
      else if (order === "resampled") this.#resample(runLength);
      if (isPrompt) this.#gather();
      else this.#delay();
    }
    if (maxExtraBps > 0) this.#charge(maxExtraBps / 10_000);
    if (skip > 0) this.#skip(skip);
    return this.#out;
  }

  // The two that are asked for most need to know of no place.

  #drawAgain(): void {
    const random = this.#random;
    const out = this.#out;
    const [prompt] = this.#delayed;
    const count = out.length;
    for (let i = 0; i < count; i++) out[i] = prompt[Math.floor(random.uint32() * BY_TWO_32 * count)];
  }

  #mix(): void {
    shuffle(this.#mixed, this.#random);
    this.#out.set(this.#mixed);
  }

  #resample(runLength: number): void {
    const random = this.#random;
    const places = this.#places;
    const count = places.length;
    const jump = TWO_32 / runLength;
    let at = -1;
    for (let i = 0; i < count; i++) {
      if (at < 0 || random.uint32() < jump) at = Math.floor(random.uint32() * BY_TWO_32 * count);
      else if (++at === count) at = 0;
      places[i] = at;
    }
  }

  #gather(): void {
    const places = this.#places;
    const out = this.#out;
    const [prompt] = this.#delayed;
    for (let i = 0; i < out.length; i++) out[i] = prompt[places[i]];
  }

  #delay(): void {
    const random = this.#random;
    const places = this.#places;
    const out = this.#out;
    const delayed = this.#delayed;
    for (let i = 0; i < out.length; i++) {
      out[i] = delayed[Math.floor(random.uint32() * BY_TWO_32 * delayed.length)][places[i]];
    }
  }

  #charge(maxExtra: number): void {
    const { turnover = [] } = this.#options;
    for (let i = 0; i < this.#out.length; i++) {
      this.#out[i] -= this.#random.uint32() * BY_TWO_32 * maxExtra * turnover[this.#places[i]];
    }
    boundedBelow(this.#out);
  }

  #skip(probability: number): void {
    const limit = probability * TWO_32;
    for (let i = 0; i < this.#out.length; i++) if (this.#random.uint32() < limit) this.#out[i] = 0;
  }
}

/** Fisher and Yates' shuffle, in place; of what was shuffled before as good as of anything else. */
function shuffle(items: Float64Array | Int32Array, random: Random): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random.uint32() * BY_TWO_32 * (i + 1));
    const item = items[i];
    items[i] = items[j];
    items[j] = item;
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
