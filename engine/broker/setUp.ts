import { EngineError, nearestName } from "../core/errors.ts";
import { Portfolio } from "../portfolio/portfolio.ts";
import { MarketState } from "./marketState.ts";
import type { BrokerSettings, FillModel, MarketSpec, PathModel } from "./settings.ts";
import { Venue } from "./venue.ts";

/** Settings with every default filled in. */
export type CompleteSettings = {
  readonly fillModel: FillModel;
  readonly pathModel: PathModel;
  readonly delayBars: number;
  readonly triggerBy: "last" | "mark";
};

/** What a broker runs on: venues in the order of their names, markets in that of their list, and the account. */
export type Exchanges = {
  readonly settings: CompleteSettings;
  readonly venues: readonly Venue[];
  readonly states: readonly MarketState[];
  readonly account: Portfolio;
};

/** Checks settings and markets and builds what the broker runs on. Throws `broker.…` naming what cannot be. */
export function setUp(given: BrokerSettings, markets: readonly MarketSpec[]): Exchanges {
  const { fillModel = "nextOpen", pathModel = "pessimistic", delayBars = 0, triggerBy = "last" } = given;
  requireOne("fillModel", fillModel, ["nextOpen", "nextWorst", "thisClose"]);
  requireOne("pathModel", pathModel, ["pessimistic", "favourableFirst", "nearestFirst"]);
  requireOne("triggerBy", triggerBy, ["last", "mark"]);
  if (!Number.isInteger(delayBars) || delayBars < 0) {
    throw new EngineError(
      "broker.settings",
      `broker: delayBars is ${delayBars}; expected a whole number of candles, 0 or more.`,
      { delayBars },
    );
  }
  const exchanges = Object.keys(given.venues).sort();
  const venues = exchanges.map((exchange) => new Venue(exchange, given.venues[exchange]));
  const ids = new Set<string>();
  const states = markets.map((spec, index) => {
    const venue = exchanges.indexOf(spec.exchange);
    if (venue < 0) {
      const near = nearestName(spec.exchange, exchanges);
      throw new EngineError(
        "broker.unknown-venue",
        `${spec.id}: its exchange ${JSON.stringify(spec.exchange)} is not among the venues ${exchanges.join(", ")}` +
          `${near === undefined ? "" : `; did you mean "${near}"?`}. Give its settings in venues.`,
        { market: spec.id, exchange: spec.exchange, venues: exchanges },
      );
    }
    if (ids.has(spec.id)) {
      throw new EngineError(
        "broker.duplicate-market",
        `broker: two markets are called ${JSON.stringify(spec.id)}; expected ids that differ. Call them "exchange:symbol".`,
        { market: spec.id },
      );
    }
    ids.add(spec.id);
    const state = new MarketState(index, spec, venue, venues[venue]);
    venues[venue].hasCross ||= state.isCross;
    return state;
  });
  const account = new Portfolio(
    states.map(({ id, venueIndex, isSpot, isCross }) => ({ id, venue: venueIndex, isSpot, isCross })),
    venues,
    states.map(({ leverage }) => leverage),
  );
  return { settings: { fillModel, pathModel, delayBars, triggerBy }, venues, states, account };
}

function requireOne(option: string, given: string, known: readonly string[]): void {
  if (known.includes(given)) return;
  const near = nearestName(given, known);
  throw new EngineError(
    "broker.settings",
    `broker: ${option} is ${JSON.stringify(given)}; expected one of ${known.join(", ")}` +
      `${near === undefined ? "" : `; did you mean "${near}"?`}.`,
    { option, given, known },
  );
}
