import { EngineError } from "../core/errors.ts";
import { DAY_MS } from "../core/timeframe.ts";

/** Rates from a 30-day volume on. */
export type FeeTier = {
  /** Traded in the 30 days before, in quote currency; the first tier's is 0. */
  readonly minVolumeQuote: number;
  readonly makerBps: number;
  readonly takerBps: number;
};

/** What a venue charges for a fill. Below zero it pays. */
export type FeeModel =
  | {
      readonly kind: "flat";
      /** Of the fill's notional. */
      readonly makerBps: number;
      readonly takerBps: number;
      /** Charged for each fill besides, in quote currency. Default: 0. */
      readonly perFillQuote?: number;
    }
  | {
      readonly kind: "tiered";
      /** By rising `minVolumeQuote`, the first from 0. */
      readonly tiers: readonly FeeTier[];
      /** Counts as traded in the 30 days before the session's first fill, in quote currency. Default: 0. */
      readonly priorVolumeQuote?: number;
    };

export const NO_FEES: FeeModel = { kind: "flat", makerBps: 0, takerBps: 0 };

const WINDOW_DAYS = 30;

/** A plain copy of what a `FeeSchedule` remembers; `day` is null before the first fill. */
export type FeeScheduleSnapshot = { readonly day: number | null; readonly volumes: readonly number[] };

/**
 * The rates of one venue as its volume moves them. As on exchanges, a tier is found once a day, at 00:00 UTC, from the
 * 30 whole days before.
 */
export class FeeSchedule {
  /** Fractions of the notional, as of the last call of `at`. */
  makerRate = Number.NaN;
  takerRate = Number.NaN;
  readonly perFill: number;
  readonly #tiers: readonly FeeTier[] | undefined;
  /** Volume of each of the last 30 days and of today, by day number modulo 31. */
  readonly #volumes = new Float64Array(WINDOW_DAYS + 1);
  readonly #prior: number;
  #day = Number.NaN;

  constructor(venue: string, model: FeeModel) {
    const tiers = model.kind === "flat" ? [{ minVolumeQuote: 0, ...model }] : model.tiers;
    this.perFill = model.kind === "flat" ? (model.perFillQuote ?? 0) : 0;
    this.#prior = model.kind === "flat" ? 0 : (model.priorVolumeQuote ?? 0);
    requireTiers(venue, tiers, this.perFill, this.#prior);
    this.makerRate = tiers[0].makerBps / 10_000;
    this.takerRate = tiers[0].takerBps / 10_000;
    this.#tiers = tiers.length > 1 ? tiers : undefined;
  }

  /** Brings the rates to the day of a time. Flat fees have nothing to do here. */
  at(time: number): void {
    if (this.#tiers === undefined) return;
    const day = Math.floor(time / DAY_MS);
    if (day === this.#day) return;
    if (Number.isNaN(this.#day)) {
      this.#volumes.fill(this.#prior / WINDOW_DAYS);
      this.#volumes[slot(day)] = 0;
    } else {
      const passed = Math.min(day - this.#day, this.#volumes.length);
      for (let k = 0; k < passed; k++) this.#volumes[slot(day - k)] = 0;
    }
    this.#day = day;
    let volume = 0;
    for (let k = 1; k <= WINDOW_DAYS; k++) volume += this.#volumes[slot(day - k)];
    let tier = this.#tiers[0];
    for (const next of this.#tiers) if (volume >= next.minVolumeQuote) tier = next;
    this.makerRate = tier.makerBps / 10_000;
    this.takerRate = tier.takerBps / 10_000;
  }

  /** Counts a fill's notional into today's volume. */
  add(notional: number): void {
    if (this.#tiers !== undefined) this.#volumes[slot(this.#day)] += notional;
  }

  snapshot(): FeeScheduleSnapshot {
    return { day: Number.isNaN(this.#day) ? null : this.#day, volumes: [...this.#volumes] };
  }

  load({ day, volumes }: FeeScheduleSnapshot): void {
    if (day === null) return;
    // Found again from the volumes: the tier of a day follows from the 30 before it.
    this.#day = day - 1;
    this.#volumes.set(volumes);
    const today = this.#volumes[slot(day)];
    this.at(day * DAY_MS);
    this.#volumes[slot(day)] = today;
  }
}

/** The place of a day in a ring of 31. */
function slot(day: number): number {
  const size = WINDOW_DAYS + 1;
  return ((day % size) + size) % size;
}

function requireTiers(venue: string, tiers: readonly FeeTier[], perFill: number, prior: number): void {
  const isGood =
    tiers.length > 0 &&
    tiers[0].minVolumeQuote === 0 &&
    tiers.every(
      ({ minVolumeQuote, makerBps, takerBps }, i) =>
        Number.isFinite(makerBps) &&
        Number.isFinite(takerBps) &&
        (i === 0 || minVolumeQuote > tiers[i - 1].minVolumeQuote),
    );
  if (isGood && Number.isFinite(perFill) && prior >= 0) return;
  throw new EngineError(
    "broker.fees",
    `${venue}: fees have ${JSON.stringify({ tiers, perFillQuote: perFill, priorVolumeQuote: prior })}; expected finite ` +
      "makerBps and takerBps, tiers by rising minVolumeQuote with the first from 0, and a prior volume of 0 or more.",
    { venue },
  );
}
