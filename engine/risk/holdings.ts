import { DAY_MS } from "../core/timeframe.ts";

/** Since when each position is held, and how many were opened today (UTC, 00:00 is the new day's). */
export class Holdings {
  /** 1 long, −1 short, 0 flat. */
  readonly #sides: Int8Array;
  readonly #openedMs: Float64Array;
  /** Whether the age of this position has been reported. */
  readonly #isReported: Uint8Array;
  readonly #openedToday: Float64Array;
  #today = -Infinity;
  /** When the next position grows too old, Infinity for never: a caller compares before it asks. */
  nextDue = Infinity;

  constructor(
    markets: number,
    /** Infinity where age does not matter. */
    readonly maxAgeMs: number,
  ) {
    this.#sides = new Int8Array(markets);
    this.#openedMs = new Float64Array(markets).fill(Number.NaN);
    this.#isReported = new Uint8Array(markets);
    this.#openedToday = new Float64Array(markets);
  }

  /** The market's signed amount from now on. Turning round closes one position and opens another. */
  update(time: number, market: number, amount: number): void {
    const side = Math.sign(amount);
    if (side === this.#sides[market]) return;
    this.#sides[market] = side;
    this.#openedMs[market] = side === 0 ? Number.NaN : time;
    this.#isReported[market] = 0;
    if (side !== 0) {
      this.#startDay(time);
      this.#openedToday[market]++;
    }
    this.#findNextDue();
  }

  /** Positions opened in the day of `time`, of one market or of all. */
  openedToday(time: number, market?: number): number {
    if (Math.floor(time / DAY_MS) !== this.#today) return 0;
    if (market !== undefined) return this.#openedToday[market];
    return this.#openedToday.reduce((sum, count) => sum + count, 0);
  }

  ageMs(time: number, market: number): number {
    return time - this.#openedMs[market];
  }

  /** The positions that have come of age by now, each once. */
  takeDue(time: number): readonly number[] {
    const due: number[] = [];
    for (let market = 0; market < this.#sides.length; market++) {
      if (this.#isReported[market] === 1 || !(time - this.#openedMs[market] >= this.maxAgeMs)) continue;
      this.#isReported[market] = 1;
      due.push(market);
    }
    this.#findNextDue();
    return due;
  }

  snapshot(): HoldingsSnapshot {
    return {
      positions: Array.from(this.#sides, (side, market) => ({
        market,
        side,
        openedMs: this.#openedMs[market],
        isReported: this.#isReported[market] === 1,
      })).filter(({ side }) => side !== 0),
      today: this.#today === -Infinity ? null : this.#today,
      openedToday: Array.from(this.#openedToday),
    };
  }

  restore({ positions, today, openedToday }: HoldingsSnapshot): void {
    for (const { market, side, openedMs, isReported } of positions) {
      this.#sides[market] = side;
      this.#openedMs[market] = openedMs;
      this.#isReported[market] = isReported ? 1 : 0;
    }
    this.#today = today ?? -Infinity;
    this.#openedToday.set(openedToday);
    this.#findNextDue();
  }

  #startDay(time: number): void {
    const day = Math.floor(time / DAY_MS);
    if (day === this.#today) return;
    this.#today = day;
    this.#openedToday.fill(0);
  }

  #findNextDue(): void {
    this.nextDue = Infinity;
    if (this.maxAgeMs === Infinity) return;
    for (let market = 0; market < this.#sides.length; market++) {
      if (this.#sides[market] === 0 || this.#isReported[market] === 1) continue;
      this.nextDue = Math.min(this.nextDue, this.#openedMs[market] + this.maxAgeMs);
    }
  }
}

export type HoldingsSnapshot = {
  readonly positions: readonly {
    readonly market: number;
    readonly side: number;
    readonly openedMs: number;
    readonly isReported: boolean;
  }[];
  readonly today: number | null;
  readonly openedToday: readonly number[];
};
