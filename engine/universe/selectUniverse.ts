import type { Candles } from "../candles/candles.ts";
import { closeOf } from "../candles/cut.ts";
import { EngineError } from "../core/errors.ts";
import { isoTime } from "../core/isoTime.ts";
import { Random } from "../core/random.ts";
import { DAY_MS, timeframeMs } from "../core/timeframe.ts";
import { limitsOf, requireUniverseRules } from "./checkRules.ts";
import { candlesNeeded, measure } from "./measure.ts";
import type { UniverseMeasure, UniverseRule } from "./rules.ts";

/** Why a symbol is not in the universe at a time. */
export type LeftOut = {
  readonly symbol: string;
  /** Place of the rule that left it out; −1 for those without usable candles. */
  readonly rule: number;
  readonly kind: UniverseRule["kind"] | "noCandles" | "stale" | "tooFewCandles" | "notKnown";
  /** What the rule looked at; NaN where it did not get so far. */
  readonly value: number;
  readonly message: string;
};

/** The symbols of a time, in the order that the rules gave them, and all others with the reason. */
export type UniverseSelection = { readonly symbols: readonly string[]; readonly leftOut: readonly LeftOut[] };

export type SelectUniverseOptions = {
  /**
   * A market that has been silent for longer (a delisted one, a gap) is left out. Default: a day, or two candles of
   * longer timeframes.
   */
  readonly staleAfterMs?: number;
};

type Member = { readonly id: string; readonly candles: Candles; readonly closed: number };

/**
 * Chooses symbols by rules from what was known at `time`: candles that had closed by then, and nothing later. Starts from
 * all series in code-unit order of their symbols (`"exchange:symbol"` where two exchanges have it), so the answer does
 * not depend on the order of the series.
 */
export function selectUniverse(
  rules: readonly UniverseRule[],
  series: readonly Candles[],
  time: number,
  { staleAfterMs }: SelectUniverseOptions = {},
): UniverseSelection {
  requireUniverseRules(rules);
  const leftOut: LeftOut[] = [];
  let members = liveMembers(series, time, staleAfterMs, leftOut);
  rules.forEach((rule, place) => {
    members = applyRule(rule, members, time, (member, kind, value, message) =>
      leftOut.push({ symbol: member.id, rule: place, kind, value, message: `${member.id} ${message}` }),
    );
  });
  return { symbols: members.map(({ id }) => id), leftOut };
}

type Reject = (member: Member, kind: LeftOut["kind"], value: number, message: string) => void;

function applyRule(rule: UniverseRule, members: Member[], time: number, reject: Reject): Member[] {
  switch (rule.kind) {
    case "allow":
    case "block": {
      const isNamed = namedBy(rule.symbols);
      return members.filter((member) => {
        const isKept = isNamed(member) === (rule.kind === "allow");
        if (!isKept)
          reject(member, rule.kind, Number.NaN, rule.kind === "allow" ? "is not on the list" : "is blocked");
        return isKept;
      });
    }
    case "top": {
      const { by, count, lookbackBars = 1, order = "descending" } = rule;
      const ranked = valued(by, lookbackBars, members, time, reject).sort((a, b) =>
        order === "descending" ? b.value - a.value : a.value - b.value,
      );
      for (const [i, { member, value }] of ranked.entries()) {
        if (i >= count)
          reject(
            member,
            "top",
            value,
            `is number ${i + 1} of ${ranked.length} by ${by} (${value}); the first ${count} are taken`,
          );
      }
      return ranked.slice(0, count).map(({ member }) => member);
    }
    case "shuffle":
      return Random.seeded(rule.seed)
        .stream(String(time))
        .shuffle([...members]);
    case "first": {
      const { count, offset = 0 } = rule;
      return members.filter((member, i) => {
        const isKept = i >= offset && i < offset + count;
        if (!isKept) reject(member, "first", i, `is at place ${i}; ${count} from place ${offset} are taken`);
        return isKept;
      });
    }
    default: {
      const { min, max } = limitsOf(rule);
      const lookbackBars = "lookbackBars" in rule ? rule.lookbackBars : 1;
      return valued(rule.kind, lookbackBars, members, time, reject).flatMap(({ member, value }) => {
        if (value >= min && value <= max) return [member];
        const limit = value > max ? `above ${max}` : `below ${min}`;
        reject(member, rule.kind, value, `has a ${rule.kind} of ${value}, ${limit}`);
        return [];
      });
    }
  }
}

/** The measure of each; who cannot be measured is left out. */
function valued(
  by: UniverseMeasure,
  lookbackBars: number,
  members: readonly Member[],
  time: number,
  reject: Reject,
): { member: Member; value: number }[] {
  const needed = candlesNeeded(by, lookbackBars);
  return members.flatMap((member) => {
    const { candles, closed } = member;
    if (closed < needed) {
      reject(
        member,
        "tooFewCandles",
        closed,
        `has ${closed} of the ${needed} candles that its ${by} is taken from`,
      );
      return [];
    }
    const value = measure(by, candles, { closed, time, lookbackBars });
    if (!Number.isNaN(value)) return [{ member, value }];
    reject(member, "notKnown", value, `has no known ${by}: its candles hold no usable prices`);
    return [];
  });
}

function liveMembers(
  series: readonly Candles[],
  time: number,
  staleAfterMs: number | undefined,
  leftOut: LeftOut[],
): Member[] {
  if (!Number.isFinite(time)) {
    throw new EngineError("universe.time", `selectUniverse: time is ${time}; expected UTC milliseconds.`, {
      time: String(time),
    });
  }
  if (staleAfterMs !== undefined && !(staleAfterMs > 0)) {
    throw new EngineError(
      "universe.stale",
      `selectUniverse: staleAfterMs is ${staleAfterMs}; expected a number above 0, or Infinity.`,
      { staleAfterMs: String(staleAfterMs) },
    );
  }
  return identified(series).flatMap(({ id, candles }) => {
    const close = closeOf(candles.timeframe);
    const closed = countClosed(candles.timestamp, close, time);
    const reject = (kind: "noCandles" | "stale", value: number, message: string): [] => {
      leftOut.push({ symbol: id, rule: -1, kind, value, message: `${id} ${message}` });
      return [];
    };
    if (closed === 0) return reject("noCandles", 0, `has no candle closed by ${isoTime(time)}`);
    const lastClose = close(candles.timestamp[closed - 1]);
    const longest = staleAfterMs ?? Math.max(DAY_MS, 2 * timeframeMs(candles.timeframe));
    if (time - lastClose > longest) {
      return reject("stale", time - lastClose, `has been silent since ${isoTime(lastClose)}`);
    }
    return [{ id, candles, closed }];
  });
}

/** The series under the names of their markets, in code-unit order. */
function identified(series: readonly Candles[]): { id: string; candles: Candles }[] {
  const venues = new Map<string, number>();
  for (const { symbol } of series) venues.set(symbol, (venues.get(symbol) ?? 0) + 1);
  const named = series.map((candles) => {
    const isShared = (venues.get(candles.symbol) ?? 0) > 1;
    return { id: isShared ? `${candles.exchange}:${candles.symbol}` : candles.symbol, candles };
  });
  named.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const twice = named.find(({ id }, i) => i > 0 && id === named[i - 1].id);
  if (twice === undefined) return named;
  throw new EngineError(
    "universe.duplicate-symbol",
    `selectUniverse: ${twice.candles.symbol} of ${twice.candles.exchange} is there twice; expected each market once.`,
    { symbol: twice.candles.symbol, exchange: twice.candles.exchange },
  );
}

/** How many candles have closed by `time`; open times ascend. */
function countClosed(opens: Float64Array, close: (openMs: number) => number, time: number): number {
  let low = 0;
  let high = opens.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (close(opens[middle]) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a member is one of those named, by symbol or by its own name; `*` stands for any text. */
function namedBy(patterns: readonly string[]): (member: Member) => boolean {
  return ({ id, candles }) => patterns.some((pattern) => fits(candles.symbol, pattern) || fits(id, pattern));
}

/** Whether the text fits a pattern, whose parts between `*` must come in their order. */
function fits(text: string, pattern: string): boolean {
  const parts = pattern.split("*");
  if (parts.length === 1) return text === pattern;
  const last = parts[parts.length - 1];
  if (!text.startsWith(parts[0])) return false;
  let place = parts[0].length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, place);
    if (found < 0) return false;
    place = found + part.length;
  }
  return text.length - last.length >= place && text.endsWith(last);
}
