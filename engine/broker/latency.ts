/**
 * How long instructions travel, in milliseconds. One that arrives inside a candle takes effect where the path of the
 * price is at that time, each leg taking as much of the candle's time as it has of its way.
 */
export type LatencyModel = {
  readonly submitMs: number;
  /** Default: `submitMs`. */
  readonly amendMs?: number;
  /** Default: `submitMs`. */
  readonly cancelMs?: number;
};
