/** A loss that reaches its limit but for rounding has reached it. */
const TOLERANCE = 1e-9;

/**
 * Trips when equity has lost `fraction` of a reference, then at twice that loss, three times …: after a pause one may
 * go on, but not lose as much again without the next one. A fall through several levels at once is one trip.
 */
export class LossLevels {
  #reference = Number.NaN;
  #level = 1;
  /** Equity at which it trips next. */
  #tripAt = -Infinity;

  constructor(readonly fraction: number) {}

  /** Counts anew from this equity. */
  restart(reference: number): void {
    this.#reference = reference;
    this.#setLevel(1);
  }

  get reference(): number {
    return this.#reference;
  }

  /** The loss at which it trips next, as a fraction of the reference. */
  get limit(): number {
    return this.#level * this.fraction;
  }

  loss(equity: number): number {
    return 1 - equity / this.#reference;
  }

  hasTripped(equity: number): boolean {
    return equity <= this.#tripAt;
  }

  /** Goes on to the first level that this equity has not reached. */
  goOn(equity: number): void {
    this.#setLevel(Math.floor(this.loss(equity) / this.fraction + TOLERANCE) + 1);
  }

  snapshot(): LevelsSnapshot {
    return { reference: this.#reference, level: this.#level };
  }

  restore({ reference, level }: LevelsSnapshot): void {
    this.#reference = reference;
    this.#setLevel(level);
  }

  #setLevel(level: number): void {
    this.#level = level;
    // Without equity there is no share of it to lose: solvency is another rule's.
    this.#tripAt =
      this.#reference > 0 ? this.#reference * (1 - level * this.fraction + TOLERANCE) : -Infinity;
  }
}

export type LevelsSnapshot = { readonly reference: number; readonly level: number };
