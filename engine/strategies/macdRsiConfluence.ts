import { equalWeight } from "../allocation/equalWeight.ts";
import { atr, change, dividedBy, macd, rsi, sma, times, zscore } from "../catalogue/vocabulary.ts";
import { crossSectionalRank } from "../features/crossSection.ts";
import { maxAtrFraction, minQuoteVolume, rising, rsiBand } from "../risk/gates.ts";
import { defineStrategy } from "../strategy/contract.ts";
import { decimal, int } from "../strategy/parameters.ts";
import { builtIn } from "./builtIn.ts";

/** Change it with every change of what the strategy does: it is the strategy's identity in every result's hash. */
const VERSION = "1.0.0";

/**
 * Momentum that gathers on rising volume, in markets that are calm and traded enough: the baseline.
 *
 * A symbol must pass four gates: average true range by price at most a cap, mean quote volume at least a minimum,
 * a rising MACD histogram, an RSI in the healthy band. Those that pass are ranked by the mean of two percentile
 * ranks across all symbols in view, that of the histogram's slope by price and that of the volume's z-score.
 */
export const macdRsiConfluence = builtIn(
  VERSION,
  defineStrategy({
    name: "macd-rsi-confluence",
    description:
      "Holds the symbols whose MACD histogram rises on unusual volume with a healthy RSI, in calm and liquid markets.",
    timeframe: "5m",
    history: 300,
    parameters: {
      macdFast: int(12, 2, 50, { description: "Length of the fast average of MACD, in candles." }),
      macdSlow: int(26, 5, 100, { description: "Length of the slow average of MACD, in candles." }),
      macdSignal: int(9, 2, 50, { description: "Length of MACD's signal average, in candles." }),
      rsiLength: int(14, 2, 50, { description: "Length of the RSI, in candles." }),
      rsiMin: decimal(40, 0, 100, { step: 1, description: "Lower end of the healthy RSI band." }),
      rsiMax: decimal(65, 0, 100, { step: 1, description: "Upper end of the healthy RSI band." }),
      atrLength: int(14, 2, 50, { description: "Length of the average true range, in candles." }),
      maxAtrFraction: decimal(0.05, 0.001, 0.5, { description: "Largest average true range, by price." }),
      volumeLength: int(20, 5, 100, { description: "Candles for the mean and the z-score of volume." }),
      minQuoteVolume: decimal(10_000, 0, 1e12, {
        step: 1000,
        description: "Least mean volume of a candle, in quote currency.",
      }),
      maxPositions: int(3, 1, 20, { description: "Most symbols held at a time." }),
    },
    features: ({ close, candles, volume, parameters }) => {
      const { histogram } = macd(close, parameters.macdFast, parameters.macdSlow, parameters.macdSignal);
      return {
        histogramSlope: dividedBy(change(histogram, 1), close),
        rsi: rsi(close, parameters.rsiLength),
        atr: atr(candles, parameters.atrLength),
        quoteVolume: sma(times(close, volume), parameters.volumeLength),
        volumeZscore: zscore(volume, parameters.volumeLength),
      };
    },
    decide: ({ market, parameters }) => {
      const known = market.rows.filter(({ features }) => Object.values(features).every(Number.isFinite));
      const slopeRank = crossSectionalRank(known.map(({ features }) => features.histogramSlope));
      const volumeRank = crossSectionalRank(known.map(({ features }) => features.volumeZscore));
      const candidates = known
        .map(({ symbol, candle, features }, i) => ({
          symbol,
          score: (slopeRank[i] + volumeRank[i]) / 2,
          refusal:
            maxAtrFraction(features.atr, candle.close, parameters.maxAtrFraction) ??
            minQuoteVolume(features.quoteVolume, parameters.minQuoteVolume) ??
            rising(features.histogramSlope) ??
            rsiBand(features.rsi, parameters.rsiMin, parameters.rsiMax),
        }))
        .filter(({ refusal }) => refusal === undefined);
      return equalWeight(candidates, { maxPositions: parameters.maxPositions });
    },
  }),
);
