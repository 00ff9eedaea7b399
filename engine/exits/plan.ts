import { MINUTE_MS } from "../core/timeframe.ts";
import {
  above0,
  above0below1,
  above0upTo1,
  count,
  fault,
  finite,
  from0,
  from0below1,
  fromMinus1,
  knownKeys,
  oneOf,
  optionalNumber,
  type Rule,
  requireNumber,
} from "./check.ts";
import type { Exits, ProfitLevel, StopLoss, TakeProfitRung, Trailing } from "./exits.ts";

/** One of three is a number, or none is: a `ProfitLevel` filled in. */
export type Level = {
  readonly fraction: number;
  readonly riskMultiple: number;
  readonly atrMultiple: number;
};

/** A stop's or a trail's distance filled in; NaN and 0 bars are none. */
export type Distance = {
  readonly fraction: number;
  readonly atrMultiple: number;
  readonly structureBars: number;
  readonly buffer: number;
};

/** `Exits` checked and filled in, with NaN where nothing is asked: what the functions of every candle read. */
export type ExitPlan = {
  readonly stop: Distance;
  readonly trail: Distance;
  readonly trailActivation: Level;
  readonly tightFrom: Level;
  readonly tightFraction: number;
  /** The trail is the broker's order and not this plan's to move. */
  readonly trailFollowsPrice: boolean;
  readonly breakEvenAt: Level;
  readonly breakEvenOffset: number;
  /** Nearest first where all are of one kind; shares of the position's amount. */
  readonly targets: readonly { readonly level: Level; readonly share: number }[];
  /** Ages in milliseconds, ascending, and the profit that is enough from each on. */
  readonly roiAgesMs: Float64Array;
  readonly roiFractions: Float64Array;
  readonly timeStopMs: number;
  readonly maxBars: number;
  readonly isOfStake: boolean;
  /** Length of the average true range that the plan needs; 0 where it needs none. */
  readonly atrLength: number;
  /** How many closed candles the lowest low and highest high of the stop and of the trail are taken over; 0 is none. */
  readonly stopStructureBars: number;
  readonly trailStructureBars: number;
  /** Whether anything is to be done at closes: without it `manageExit` need not be called. */
  readonly isManaged: boolean;
};

const KEYS = [
  "stopLoss",
  "takeProfit",
  "trailing",
  "breakEven",
  "roi",
  "timeStopMs",
  "maxBars",
  "fractionsOf",
];

const NO_LEVEL: Level = { fraction: Number.NaN, riskMultiple: Number.NaN, atrMultiple: Number.NaN };
const NO_DISTANCE: Distance = {
  fraction: Number.NaN,
  atrMultiple: Number.NaN,
  structureBars: 0,
  buffer: 0,
};
const DEFAULT_ATR_LENGTH = 14;

/** Checks the exits and fills in what was left out. Throws `exits.…` naming the field that cannot be. */
export function exitPlan(exits: Exits = {}): ExitPlan {
  knownKeys("exits", exits, KEYS);
  const { stopLoss, takeProfit, trailing, breakEven, roi = {} } = exits;
  const follows = oneOf("trailing.follows", trailing?.follows ?? followsOf(trailing), ["price", "close"]);
  if (trailing?.kind === "structure" && follows === "price") {
    throw fault("trailing.follows", follows, '"close": a structure is known only once a candle has closed');
  }
  const stop = stopLoss === undefined ? NO_DISTANCE : distance("stopLoss", stopLoss, ["kind"]);
  const trail =
    trailing === undefined
      ? NO_DISTANCE
      : distance("trailing", trailing, ["kind", "activation", "tighter", "follows"]);
  if (trailing?.tighter !== undefined) knownKeys("trailing.tighter", trailing.tighter, ["from", "fraction"]);
  if (breakEven !== undefined) knownKeys("breakEven", breakEven, ["at", "offset"]);
  const roiTable = roiRows(roi);
  const plan = {
    stop,
    trail,
    trailActivation: optionalLevel("trailing.activation", trailing?.activation),
    tightFrom: optionalLevel(
      "trailing.tighter.from",
      trailing?.tighter?.from,
      trailing?.tighter !== undefined,
    ),
    tightFraction:
      trailing?.tighter === undefined
        ? Number.NaN
        : requireNumber("trailing.tighter.fraction", trailing.tighter.fraction, above0below1),
    trailFollowsPrice: trailing !== undefined && follows === "price",
    breakEvenAt: optionalLevel("breakEven.at", breakEven?.at, breakEven !== undefined),
    breakEvenOffset: optionalNumber("breakEven.offset", breakEven?.offset ?? 0, finite),
    targets: targetsOf(takeProfit),
    roiAgesMs: Float64Array.from(roiTable, ([minutes]) => minutes * MINUTE_MS),
    roiFractions: Float64Array.from(roiTable, ([, fraction]) => fraction),
    timeStopMs: optionalNumber("timeStopMs", exits.timeStopMs, above0),
    maxBars: optionalNumber("maxBars", exits.maxBars, count),
    isOfStake: oneOf("fractionsOf", exits.fractionsOf ?? "price", ["price", "stake"]) === "stake",
    atrLength: atrLengthOf(exits),
    stopStructureBars: stop.structureBars,
    trailStructureBars: trail.structureBars,
  };
  const isManaged =
    (trailing !== undefined && !plan.trailFollowsPrice) ||
    breakEven !== undefined ||
    roiTable.length > 0 ||
    !Number.isNaN(plan.timeStopMs) ||
    !Number.isNaN(plan.maxBars);
  return { ...plan, isManaged };
}

function followsOf(trailing: Trailing | undefined): "price" | "close" {
  return trailing?.kind === "structure" ? "close" : "price";
}

function distance(
  field: "stopLoss" | "trailing",
  given: StopLoss | Trailing,
  keys: readonly string[],
): Distance {
  switch (given.kind) {
    case "fixed":
    case "fraction":
      if ((given.kind === "fixed") !== (field === "stopLoss")) break;
      knownKeys(field, given, [...keys, "fraction"]);
      return { ...NO_DISTANCE, fraction: requireNumber(`${field}.fraction`, given.fraction, above0below1) };
    case "atr":
      knownKeys(field, given, [...keys, "multiple", "length"]);
      return { ...NO_DISTANCE, atrMultiple: requireNumber(`${field}.multiple`, given.multiple, above0) };
    case "structure":
      knownKeys(field, given, [...keys, "bars", "buffer"]);
      return {
        ...NO_DISTANCE,
        structureBars: requireNumber(`${field}.bars`, given.bars, count),
        buffer: requireNumber(`${field}.buffer`, given.buffer ?? 0, from0below1),
      };
  }
  const { kind } = given as { kind: unknown };
  throw fault(
    `${field}.kind`,
    kind,
    `"${field === "stopLoss" ? "fixed" : "fraction"}", "atr" or "structure"`,
  );
}

/** Both may ask for an average true range, but of one length: one column is kept for each market. */
function atrLengthOf({ stopLoss, trailing, takeProfit, breakEven }: Exits): number {
  const lengthOf = (field: string, given: StopLoss | Trailing | undefined): number =>
    given?.kind === "atr" ? requireNumber(`${field}.length`, given.length ?? DEFAULT_ATR_LENGTH, count) : 0;
  const stopLength = lengthOf("stopLoss", stopLoss);
  const trailLength = lengthOf("trailing", trailing);
  if (stopLength !== 0 && trailLength !== 0 && stopLength !== trailLength) {
    throw fault(
      "trailing.length",
      trailLength,
      `${stopLength}, the length of the stop's average true range: give both the same`,
    );
  }
  const levels: (object | undefined)[] = [trailing?.activation, trailing?.tighter?.from, breakEven?.at];
  if (takeProfit !== undefined) {
    levels.push(
      ...("ladder" in takeProfit && Array.isArray(takeProfit.ladder) ? takeProfit.ladder : [takeProfit]),
    );
  }
  const needsAtr = levels.some((level) => level !== undefined && "atrMultiple" in level);
  return Math.max(stopLength, trailLength) || (needsAtr ? DEFAULT_ATR_LENGTH : 0);
}

function targetsOf(takeProfit: Exits["takeProfit"]): ExitPlan["targets"] {
  if (takeProfit === undefined) return [];
  if (!("ladder" in takeProfit)) return [{ level: level("takeProfit", takeProfit), share: 1 }];
  knownKeys("takeProfit", takeProfit, ["ladder"]);
  const { ladder } = takeProfit;
  if (!Array.isArray(ladder) || ladder.length === 0) {
    throw fault("takeProfit.ladder", ladder, "a list of at least one rung");
  }
  const rungs = ladder.map((rung: TakeProfitRung, i) => ({
    level: level(`takeProfit.ladder[${i}]`, rung, { others: ["share"] }),
    share: requireNumber(`takeProfit.ladder[${i}].share`, rung.share, above0upTo1),
  }));
  const total = rungs.reduce((sum, { share }) => sum + share, 0);
  if (total > 1 + 1e-12) {
    throw fault(
      "takeProfit.ladder",
      total,
      "shares that add up to at most 1: no more can leave than came in",
    );
  }
  return rungs;
}

function level(
  field: string,
  given: ProfitLevel,
  { others = [], least = above0 }: { readonly others?: readonly string[]; readonly least?: Rule } = {},
): Level {
  knownKeys(field, given, ["fraction", "riskMultiple", "atrMultiple", ...others]);
  const filled: Level = { ...NO_LEVEL, ...given };
  const { fraction, riskMultiple, atrMultiple } = filled;
  const asked = ["fraction", "riskMultiple", "atrMultiple"].filter((name) => name in given);
  if (asked.length !== 1) {
    throw fault(field, asked.join(" and ") || "nothing", "one of fraction, riskMultiple, atrMultiple");
  }
  requireNumber(`${field}.${asked[0]}`, [fraction, riskMultiple, atrMultiple].find(isGiven), least);
  return { fraction, riskMultiple, atrMultiple };
}

function isGiven(value: number): boolean {
  return !Number.isNaN(value);
}

function optionalLevel(field: string, given: ProfitLevel | undefined, isRequired = false): Level {
  if (given === undefined && isRequired)
    throw fault(field, given, "one of fraction, riskMultiple, atrMultiple");
  // A trail may begin with the first profit; a target of no profit would be a slip.
  return given === undefined ? NO_LEVEL : level(field, given, { least: from0 });
}

/** The rows of the table by age; the keys of a record of numbers are texts to JavaScript. */
function roiRows(roi: Readonly<Record<number, number>>): [minutes: number, fraction: number][] {
  const rows = Object.entries(roi).map(([key, fraction]): [number, number] => {
    const minutes = requireNumber(`roi's age ${JSON.stringify(key)}`, Number(key), from0);
    return [minutes, requireNumber(`roi[${key}]`, fraction, fromMinus1)];
  });
  return rows.sort(([a], [b]) => a - b);
}
