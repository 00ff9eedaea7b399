import type { Exits } from "#engine/exits/exits.ts";
import { type ExitState, exitState } from "#engine/exits/manage.ts";
import { type ExitPlan, exitPlan } from "#engine/exits/plan.ts";
import { type ExitEntry, type ExitRefusal, type Protection, protect } from "#engine/exits/protect.ts";

/** An entry at 100 with a true range of 2, lows at 95 and no fees, unless told otherwise. */
export function entryAt(changes: Partial<ExitEntry> = {}): ExitEntry {
  return {
    direction: 1,
    price: 100,
    atr: 2,
    stopStructure: 95,
    trailStructure: 95,
    stopPrice: Number.NaN,
    leverage: 1,
    feeRate: 0,
    ...changes,
  };
}

export function protectionOf(exits: Exits, entry: ExitEntry = entryAt()): Protection {
  const answer = protect(exitPlan(exits), entry);
  if ("refusal" in answer) throw new Error(answer.message);
  return answer;
}

export function refusalOf(exits: Exits, entry: ExitEntry): ExitRefusal | undefined {
  const answer = protect(exitPlan(exits), entry);
  return "refusal" in answer ? answer : undefined;
}

export function entered(
  exits: Exits,
  changes: Partial<ExitEntry> = {},
): { plan: ExitPlan; state: ExitState } {
  const plan = exitPlan(exits);
  const entry = entryAt(changes);
  return { plan, state: exitState(plan, entry, protectionOf(exits, entry), 0) };
}
