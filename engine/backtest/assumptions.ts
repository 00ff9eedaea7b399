import type { FeeModel } from "../broker/feeModel.ts";
import type { VenueSettings } from "../broker/settings.ts";
import type { SlippageModel } from "../broker/slippage.ts";
import type { Prepared } from "./prepare.ts";
import type { Assumptions } from "./result.ts";

/** How the fills were made, as a record that the hash covers and as sentences for people. */
export function assumptionsOf({
  settings,
  executions,
  markets,
  fundings,
  marks,
  options,
}: Prepared): Assumptions {
  const { broker } = settings;
  const detail = Object.fromEntries(
    executions.flatMap(({ detail: timeframe }, m) =>
      timeframe === undefined ? [] : [[markets[m].id, timeframe]],
    ),
  );
  const record = {
    ...broker,
    markets: settings.markets,
    detail,
    detailFallback: options.detailFallback ?? "error",
    finalise: options.finalise ?? "lastClose",
    fundingEvents: fundings.length,
    strategies: settings.strategies.map(
      ({ sizing, exits, hasExits, rebalancing, maxOpenPositions, ...rest }) => ({
        sizing,
        ...(hasExits && { exits: plainExits(exits) }),
        rebalancing,
        maxOpenPositions,
        entryTimeoutMs: rest.entryTimeoutMs,
        exitTimeoutMs: rest.exitTimeoutMs,
      }),
    ),
    construction: options.construction,
    universe: options.universe,
    capitalEvery: settings.capital?.every,
    capitalRule: settings.capital?.hash,
    risk: settings.risk,
  };
  const detailed = Object.keys(detail).length;
  const sentences = [
    "A decision sees what had closed by its time and fills at the earliest at the next price.",
    FILLS[broker.fillModel ?? "nextOpen"],
    detailed > 0
      ? `Inside a candle, lower-timeframe candles say what came first (${detailed} of ${markets.length} symbols); ` +
        `inside the lowest, ${PATHS[broker.pathModel ?? "pessimistic"]}.`
      : `Inside a candle ${PATHS[broker.pathModel ?? "pessimistic"]}.`,
    "What the open of a candle has passed already fills at the open, not at its own price.",
    ...(broker.delayBars ? [`Every order is held back by ${broker.delayBars} candles.`] : []),
    ...Object.entries(broker.venues).flatMap(([exchange, venue]) => venueSentences(exchange, venue)),
    ...(marks.some((mark) => mark !== undefined) ? ["Mark prices are the given ones."] : []),
    fundings.length > 0
      ? `Funding is paid ${fundings.length} times, on what is held when it falls due.`
      : "No funding is paid.",
    ...(options.universe === undefined
      ? []
      : [
          `Which symbols may be entered is chosen by rule every ${options.universe.every ?? "1d"}, from what had closed.`,
        ]),
    ...(options.construction === undefined
      ? []
      : [
          `What was chosen is weighted by ${options.construction.method}, measured on candles that had closed.`,
        ]),
    ...(settings.capital === undefined
      ? []
      : [`Capital is divided among the strategies by a rule, every ${settings.capital.every}.`]),
    ENDS[options.finalise ?? "lastClose"],
  ];
  return { record, sentences };
}

const FILLS = {
  nextOpen: "Market orders fill at the open of the next candle.",
  nextWorst:
    "Market orders fill at the worst price of the next candle: its high for buys, its low for sells.",
  thisClose: "Market orders fill at the close that they were decided at.",
};

const PATHS = {
  pessimistic: "the price goes against the position first, so a stop comes before a target",
  favourableFirst: "the price goes in the position's favour first",
  nearestFirst: "the price goes to the extreme nearer to the open first",
};

const ENDS = {
  lastClose: "Positions that are open at the end are closed at the last close.",
  lastOpen: "Positions that are open at the end are closed at the open of the last candle.",
  keepOpen: "Positions that are open at the end stay open and are not among the trades.",
};

function venueSentences(
  exchange: string,
  { fees, slippage, latency, participation }: VenueSettings,
): string[] {
  return [
    `${exchange}: ${feeSentence(fees)}; ${slippageSentence(slippage)}.`,
    ...(latency === undefined ? [] : [`${exchange}: orders travel ${latency.submitMs} ms.`]),
    participation === undefined
      ? `${exchange}: orders fill whatever their size; no market is moved.`
      : `${exchange}: our orders take at most ${participation} of a candle's volume; the rest stays open.`,
  ];
}

function feeSentence(fees: FeeModel | undefined): string {
  if (fees === undefined) return "no fees";
  if (fees.kind === "tiered") return `fees by ${fees.tiers.length} tiers of 30-day volume`;
  const { makerBps, takerBps } = fees;
  return makerBps === takerBps
    ? `a fee of ${takerBps} bps on each side`
    : `fees of ${makerBps} bps for makers and ${takerBps} bps for takers`;
}

function slippageSentence(slippage: SlippageModel | undefined): string {
  switch (slippage?.kind) {
    case "fixedBps":
      return `takers pay ${slippage.bps} bps of slippage`;
    case "volumeShare":
      return "slippage grows with the square of the order's share of the volume";
    case "bookWalk":
      return "takers walk the book";
    default:
      return "no slippage";
  }
}

/** Columns of a plan as plain lists, which the hash can take. */
function plainExits(plan: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(plan).filter(([, value]) => typeof value !== "function"));
}
