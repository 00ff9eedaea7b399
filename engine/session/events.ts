import type { FillView, OrderView } from "../strategy/market.ts";
import type { RecordedRisk } from "./recorder.ts";

/**
 * What the world tells a session. A candle is told when it is complete; `timestamp` is its open time, and the session
 * acts on it when the clock passes its close. Plain data: a paper session writes each one to its journal before acting.
 */
export type MarketEvent =
  | {
      readonly kind: "candle";
      /** The market's id in the session. */
      readonly market: string;
      readonly timestamp: number;
      readonly open: number;
      readonly high: number;
      readonly low: number;
      readonly close: number;
      readonly volume: number;
    }
  /** Funding that falls due at `time`: longs pay `rate` of their notional at `markPrice`, shorts receive it. */
  | {
      readonly kind: "funding";
      readonly market: string;
      readonly time: number;
      readonly rate: number;
      readonly markPrice?: number;
    }
  | { readonly kind: "mark"; readonly market: string; readonly time: number; readonly price: number }
  /** An exchange answered with an error; too many of them pause it. */
  | {
      readonly kind: "exchangeError";
      readonly exchange: string;
      readonly time: number;
      readonly message: string;
    }
  /** All that closed by `time` has been told: the session folds it and the strategies whose candle closed decide. */
  | { readonly kind: "clock"; readonly time: number };

/** What a person (or an emergency stop) tells a session. */
export type SessionCommand =
  /** No new positions and no decisions from here on; what protects a position stays. */
  | { readonly kind: "halt"; readonly time: number; readonly reason: string }
  | { readonly kind: "resume"; readonly time: number }
  /** Cancels everything and leaves every position at the next price. */
  | { readonly kind: "closeAll"; readonly time: number; readonly reason: string };

export type SessionInput = MarketEvent | SessionCommand;

/** What comes out of a session, in the order in which it happened. */
export type SessionEvent =
  | { readonly kind: "order"; readonly strategy: string; readonly order: OrderView }
  | { readonly kind: "fill"; readonly strategy: string; readonly fill: FillView }
  | {
      readonly kind: "funding";
      readonly market: string;
      readonly time: number;
      /** In quote currency, above zero where the account received it. */
      readonly amount: number;
      readonly rate: number;
    }
  | { readonly kind: "liquidation"; readonly market: string; readonly time: number; readonly price: number }
  | ({ readonly kind: "risk" } & RecordedRisk);

/** Hears what a session does, as it happens. */
export type SessionListener = (event: SessionEvent) => void;
