import { equalWeight } from "../allocation/equalWeight.ts";
import { returns, shift } from "../catalogue/vocabulary.ts";
import { defineStrategy } from "../strategy/contract.ts";
import { decimal, int } from "../strategy/parameters.ts";
import { builtIn } from "./builtIn.ts";

/** Change it with every change of what the strategy does: it is the strategy's identity in every result's hash. */
const VERSION = "1.0.0";

/**
 * What rose most goes on rising: relative strength (Jegadeesh and Titman 1993), the plainest rival of any other.
 * The latest candles are skipped, since very recent moves tend to turn back.
 */
export const momentumRank = builtIn(
  VERSION,
  defineStrategy({
    name: "momentum-rank",
    description: "Holds the symbols that rose most, leaving out the latest candles.",
    timeframe: "5m",
    history: 300,
    parameters: {
      lookback: int(144, 2, 288, { description: "Candles over which the rise is measured." }),
      skip: int(1, 0, 12, { description: "Latest candles that are left out." }),
      minReturn: decimal(0, -1, 1, { description: "Rise that a symbol must exceed, a fraction." }),
      maxPositions: int(3, 1, 20, { description: "Most symbols held at a time." }),
    },
    features: ({ close, parameters }) => ({
      momentum: returns(shift(close, parameters.skip), parameters.lookback),
    }),
    decide: ({ market, parameters }) =>
      equalWeight(
        market.rows
          .map(({ symbol, features }) => ({ symbol, score: features.momentum }))
          .filter(({ score }) => score > parameters.minReturn),
        { maxPositions: parameters.maxPositions },
      ),
  }),
);
