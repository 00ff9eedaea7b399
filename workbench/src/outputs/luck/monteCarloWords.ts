import type { CandlePerturbation } from "#engine/stress/perturbCandles.ts";
import { formatCount, formatPercent, formatShort } from "../format.ts";

type Asked = {
  readonly order?: string;
  readonly runLength?: number;
  readonly skip?: number;
  readonly maxExtraBps?: number;
  readonly maxDelayBars?: number;
  readonly stake?: string;
};

/** What is random in paths of drawn trades, in words. */
export function tradeWords(trades: number, paths: number, asked: Asked): string {
  const { order = "resampled", runLength = 1, skip = 0, maxExtraBps = 0, maxDelayBars = 0, stake } = asked;
  const drawn = {
    shuffled: "in random order",
    resampled:
      runLength === 1
        ? "drawn again, each from all"
        : `drawn again in runs of ${formatShort(runLength, 3)} on average`,
    kept: "as they were",
  }[order];
  const rest = [
    skip > 0 && `${formatPercent(skip, 0)} of them missed`,
    maxDelayBars > 0 && `entered up to ${plural(maxDelayBars, "candle")} later`,
    maxExtraBps > 0 && `each side up to ${formatShort(maxExtraBps, 3)} bps dearer`,
    stake === "fixed" && "none compounded",
  ].filter(Boolean);
  return [`${plural(paths, "path")} of ${plural(trades, "trade")} ${drawn}`, ...rest].join(", ");
}

/** What is changed on candles, in words. */
export function candleWords(paths: number, perturbation: CandlePerturbation): string {
  if (perturbation.kind === "noise") {
    const { noise = 0.1 } = perturbation;
    return `${plural(paths, "path")} on the same candles with noise of ${formatPercent(noise, 0)} of each one's range`;
  }
  const { blockBars } = perturbation;
  const length =
    blockBars === undefined ? "as long as volatility lasts" : `of ${formatShort(blockBars, 3)} on average`;
  return `${plural(paths, "path")} on candles drawn again in blocks ${length}, all markets together`;
}

function plural(count: number, name: string): string {
  return `${formatCount(count)} ${name}${count === 1 ? "" : "s"}`;
}
