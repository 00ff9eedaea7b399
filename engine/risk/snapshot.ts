import type { EquityBreakersSnapshot } from "./equityBreakers.ts";
import type { ErrorBreakersSnapshot } from "./errorBreakers.ts";
import type { RiskAction, RiskCause } from "./event.ts";
import type { HoldingsSnapshot } from "./holdings.ts";
import type { GatesSnapshot } from "./orderGates.ts";
import type { Pause } from "./pauses.ts";
import type { ProtectionsSnapshot } from "./protections.ts";
import type { RecentPricesSnapshot } from "./recentPrices.ts";
import type { SizeFactorSnapshot } from "./sizeFactor.ts";

/** A guard's memory between two events: plain JSON, without NaN and the infinities. */
export type RiskSnapshot = {
  /** The markets' ids, in the order of their indices. */
  readonly markets: readonly string[];
  readonly start: { readonly time: number; readonly equity: number };
  readonly equity: number;
  readonly stoppedBy: RiskCause | null;
  readonly actions: readonly RiskAction[];
  readonly pauses: readonly Pause[];
  readonly holdings: HoldingsSnapshot;
  readonly gates: GatesSnapshot;
  readonly equityBreakers: EquityBreakersSnapshot;
  readonly errorBreakers: ErrorBreakersSnapshot;
  readonly protections: ProtectionsSnapshot;
  readonly size: SizeFactorSnapshot;
  readonly spikes: readonly RecentPricesSnapshot[];
};
