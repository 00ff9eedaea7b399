import { EngineError } from "../core/errors.ts";
import { FeeSchedule, NO_FEES } from "./feeModel.ts";
import type { VenueSettings } from "./settings.ts";
import { type Depth, depthOf, NO_SLIPPAGE, requireSlippage, type SlippageModel } from "./slippage.ts";

/** One exchange as the broker runs it: its settings filled in, and the fees as its volume moves them. */
export class Venue {
  readonly exchange: string;
  readonly startingBalance: number;
  readonly fees: FeeSchedule;
  readonly slippage: SlippageModel;
  readonly hasSlippage: boolean;
  /** The profile of depth of `bookWalk`, where there is one. */
  readonly depth: Depth | undefined;
  readonly submitMs: number;
  readonly amendMs: number;
  readonly cancelMs: number;
  /** Infinity where volume does not bind. */
  readonly participation: number;
  /** Whether volume or depth can leave an order without all of its amount. */
  readonly isBounded: boolean;
  /** Whether any of its markets has cross margin; the set-up says. */
  hasCross = false;

  constructor(exchange: string, settings: VenueSettings) {
    const { startingBalance, slippage = NO_SLIPPAGE, latency, participation = Infinity } = settings;
    const { submitMs, amendMs = submitMs, cancelMs = submitMs } = latency ?? { submitMs: 0 };
    requireSlippage(exchange, slippage);
    if (!(startingBalance >= 0) || startingBalance === Infinity) {
      throw fault(exchange, "startingBalance", startingBalance, "a number of 0 or more in quote currency");
    }
    if (!(participation > 0) || (participation > 1 && participation !== Infinity))
      throw fault(exchange, "participation", participation, "a share above 0, at most 1");
    for (const [name, ms] of Object.entries({ submitMs, amendMs, cancelMs })) {
      if (!(ms >= 0) || ms === Infinity)
        throw fault(exchange, `latency.${name}`, ms, "milliseconds of 0 or more");
    }
    this.exchange = exchange;
    this.startingBalance = startingBalance;
    this.fees = new FeeSchedule(exchange, settings.fees ?? NO_FEES);
    this.slippage = slippage;
    this.hasSlippage = slippage.kind !== "none";
    this.depth =
      slippage.kind === "bookWalk" && slippage.depth !== undefined ? depthOf(slippage.depth) : undefined;
    this.submitMs = submitMs;
    this.amendMs = amendMs;
    this.cancelMs = cancelMs;
    this.participation = participation;
    this.isBounded = participation !== Infinity || slippage.kind === "bookWalk";
  }
}

function fault(venue: string, option: string, given: number, expected: string): EngineError {
  return new EngineError("broker.venue", `${venue}: ${option} is ${given}; expected ${expected}.`, {
    venue,
    option,
    given,
  });
}
