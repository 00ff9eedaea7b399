import { standardDeviation } from "../core/stats.ts";
import { DAY_MS } from "../core/timeframe.ts";

/**
 * Prices of all markets at one rhythm: of each span of `sampleMs` since the epoch (its end included, its beginning
 * not: a close at a full hour is the price of the hour that ends) the last price. Returns run from one span to the next
 * one; where a market has no price in one of them there is none.
 */
export class ReturnSamples {
  /** Rings of `samples + 2` spans: as many returns, and the span that is not over yet. */
  readonly #spans: readonly Float64Array[];
  readonly #prices: readonly Float64Array[];
  readonly #length: number;

  constructor(
    markets: number,
    readonly sampleMs: number,
    readonly samples: number,
  ) {
    this.#length = samples + 2;
    this.#spans = Array.from({ length: markets }, () => new Float64Array(this.#length).fill(Number.NaN));
    this.#prices = Array.from({ length: markets }, () => new Float64Array(this.#length));
  }

  add(time: number, market: number, price: number): void {
    const span = Math.ceil(time / this.sampleMs);
    const at = this.#at(span);
    this.#spans[market][at] = span;
    this.#prices[market][at] = price;
  }

  /** Annual standard deviation of the returns (365 days a year, ddof 1); NaN with fewer than `least` of them. */
  annualVolatility(time: number, market: number, least: number): number {
    const returns: number[] = [];
    const last = Math.floor(time / this.sampleMs);
    for (let span = last - this.samples + 1; span <= last; span++) {
      const one = this.#return(market, span);
      if (!Number.isNaN(one)) returns.push(one);
    }
    if (returns.length < least) return Number.NaN;
    return standardDeviation(returns) * Math.sqrt((365 * DAY_MS) / this.sampleMs);
  }

  /** Pearson's correlation of two markets' returns where both have one; NaN with fewer than `least`, or no variance. */
  correlation(time: number, one: number, other: number, least: number): number {
    const last = Math.floor(time / this.sampleMs);
    const first = last - this.samples + 1;
    let count = 0;
    let [sumX, sumY] = [0, 0];
    for (let span = first; span <= last; span++) {
      const [x, y] = [this.#return(one, span), this.#return(other, span)];
      if (Number.isNaN(x) || Number.isNaN(y)) continue;
      count++;
      sumX += x;
      sumY += y;
    }
    if (count < least) return Number.NaN;
    const [meanX, meanY] = [sumX / count, sumY / count];
    let [xx, yy, xy] = [0, 0, 0];
    for (let span = first; span <= last; span++) {
      const [x, y] = [this.#return(one, span) - meanX, this.#return(other, span) - meanY];
      if (Number.isNaN(x) || Number.isNaN(y)) continue;
      xx += x * x;
      yy += y * y;
      xy += x * y;
    }
    // A market that does not move moves with none: 0 ÷ 0.
    return xx === 0 || yy === 0 ? Number.NaN : xy / Math.sqrt(xx * yy);
  }

  /** For each market its spans and prices, oldest first. */
  snapshot(): SamplesSnapshot {
    return this.#spans.map((spans, market) =>
      Array.from(spans.keys())
        .filter((at) => !Number.isNaN(spans[at]))
        .map((at) => [spans[at], this.#prices[market][at]] as const)
        .sort((a, b) => a[0] - b[0]),
    );
  }

  restore(snapshot: SamplesSnapshot): void {
    snapshot.forEach((samples, market) => {
      this.#spans[market].fill(Number.NaN);
      for (const [span, price] of samples) {
        this.#spans[market][this.#at(span)] = span;
        this.#prices[market][this.#at(span)] = price;
      }
    });
  }

  /** The return from the span before to this one; NaN where either has no price. */
  #return(market: number, span: number): number {
    const [at, before] = [this.#at(span), this.#at(span - 1)];
    const spans = this.#spans[market];
    if (spans[at] !== span || spans[before] !== span - 1) return Number.NaN;
    const prices = this.#prices[market];
    return prices[at] / prices[before] - 1;
  }

  #at(span: number): number {
    return ((span % this.#length) + this.#length) % this.#length;
  }
}

export type SamplesSnapshot = readonly (readonly (readonly [number, number])[])[];
