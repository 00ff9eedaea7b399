import { brackets } from "./brackets.ts";
import { costs } from "./costs.ts";
import { entries } from "./entries.ts";
import { exits } from "./exits.ts";
import { lifecycle } from "./lifecycle.ts";
import { limits } from "./limits.ts";
import { margin } from "./margin.ts";
import { portfolio } from "./portfolio.ts";
import { decidedSignals, signals } from "./signals.ts";
import type { Situation } from "./situation.ts";
import { trailing } from "./trailing.ts";

/** All situations by family. */
export const families: Readonly<Record<string, readonly Situation[]>> = {
  entries,
  "stops and targets": brackets,
  "trailing stops": trailing,
  "an order's life": lifecycle,
  "fees, slippage, funding": costs,
  "limits of market and account": limits,
  "leverage and liquidation": margin,
  signals,
  "signals that say more": decidedSignals,
  "exits by plan": exits,
  "several symbols, gaps": portfolio,
};
