import type { Random } from "../core/random.ts";
import { calendarOf, isMultiple, timeframeMs } from "../core/timeframe.ts";
import {
  endsOf,
  fieldsOf,
  hasFuture,
  namedCarriers,
  type Part,
  partChanged,
  wholeParts,
} from "./carriers.ts";
import { RowsByCut } from "./compare.ts";
import { gridOf } from "./cutPoints.ts";
import type { Answered, Caught, Findings } from "./findings.ts";
import type { Cut, TimedInput } from "./known.ts";
import { type Noise, perturbed } from "./perturb.ts";
import type { ProbeInput } from "./subject.ts";

/** A run that attribution asks for, and how many it may still ask for, this one among them. */
export type AttributionRun = { readonly input: ProbeInput; readonly left: number };

/** Cuts at which each part is tried, and series that are looked into field by field. */
const CUTS = 3;
const SERIES = 3;
/** Ends of candles of a higher timeframe at which a column must be clean to be said to see its unfinished candle. */
const ENDS = 5;
const HIGHER = ["5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d", "1w"];

/**
 * Finds out which inputs carry the future into the columns that were caught: the future of one series, one field or one
 * column of information is changed and all else left as it is. Then whether what they see is the unfinished candle of a
 * higher timeframe: they leak inside of it and never at its end.
 */
export function* attribution(
  timed: TimedInput,
  findings: Findings,
  random: Random,
  noise: Noise,
): Generator<AttributionRun, void, Answered> {
  const { caught } = findings;
  if (caught.length === 0) return;
  const cuts = sharedCuts(caught, CUTS);
  const names = caught.map(([name]) => name);
  const rowsAt = (cut: Cut): RowsByCut => new RowsByCut(cut, timed.firstUnclosed(cut), cut.time);
  const carry = new Map<string, Part[]>(names.map((name) => [name, []]));

  const tries = function* (parts: readonly Part[], rest: number): Generator<AttributionRun, void, Answered> {
    let left = parts.length * cuts.length + rest;
    for (const part of parts) {
      for (const cut of cuts) {
        left--;
        const open = names.filter((name) => !carry.get(name)?.includes(part));
        if (open.length === 0 || !hasFuture(timed, part, cut)) continue;
        const input = partChanged(timed, cut, part, random.stream(JSON.stringify([part, cut])), noise);
        const answered = yield { input, left: left + 1 };
        for (const name of findings.changed(open, answered, rowsAt(cut))) carry.get(name)?.push(part);
      }
    }
  };

  const whole = wholeParts(timed);
  yield* tries(whole, SERIES * 7 * cuts.length);
  const isCarrying = (part: Part): boolean => [...carry.values()].some((parts) => parts.includes(part));
  const series = whole.flatMap((part) => ("series" in part && isCarrying(part) ? [part.series] : []));
  yield* tries(series.slice(0, SERIES).flatMap(fieldsOf), 0);
  for (const [name, each] of caught) each.carriers = namedCarriers(timed, carry.get(name) ?? []);

  yield* unfinished(timed, findings, random, noise);
}

function* unfinished(
  timed: TimedInput,
  findings: Findings,
  random: Random,
  noise: Noise,
): Generator<AttributionRun, void, Answered> {
  const frames = timed.input.candles.map(({ timeframe }) => timeframe);
  const finest = frames.reduce((a, b) => (timeframeMs(b) < timeframeMs(a) ? b : a));
  const grid = gridOf(timed.closes);
  let open = findings.caught;
  for (const frame of HIGHER) {
    const inside = timeframeMs(frame);
    // What reaches further than one candle of it sees more than that candle.
    open = open.filter(([, { unfinished: found }]) => found === undefined);
    const fitting = open.filter(([, { reachMs }]) => reachMs <= inside);
    if (fitting.length === 0 || frame === finest || !isMultiple(frame, finest)) continue;
    const calendar = calendarOf(frame);
    const ends = endsOf(grid, (time) => calendar.open(time) === time, ENDS, random.stream(frame));
    let names = fitting.map(([name]) => name);
    for (const [k, time] of ends.entries()) {
      const cut: Cut = { time, knows: "closes" };
      const rows = new RowsByCut(cut, timed.firstUnclosed(cut), cut.time);
      const left = 2 * (ends.length - k);
      const shorter = yield { input: timed.truncated(cut), left };
      names = names.filter((name) => !findings.changed([name], shorter, rows).includes(name));
      if (names.length === 0) break;
      const other = perturbed(timed, cut, "noise", Number.POSITIVE_INFINITY, random, noise);
      const changed = yield { input: other, left: left - 1 };
      names = names.filter((name) => !findings.changed([name], changed, rows).includes(name));
      if (names.length === 0) break;
    }
    if (ends.length < 2) continue;
    for (const [name, each] of fitting) if (names.includes(name)) each.unfinished = frame;
  }
}

/** A few cuts, so that each column was caught at one of them at least, as far as that goes. */
function sharedCuts(caught: readonly (readonly [string, Caught])[], count: number): Cut[] {
  const byTime = new Map<number, { cut: Cut; names: Set<string> }>();
  for (const [name, { where }] of caught) {
    for (const cut of where) {
      const known = byTime.get(cut.time) ?? { cut, names: new Set<string>() };
      known.names.add(name);
      byTime.set(cut.time, known);
    }
  }
  const chosen: Cut[] = [];
  const covered = new Map<string, number>();
  const gain = ({ names }: { names: Set<string> }): number => {
    let sum = 0;
    for (const name of names) sum += 1 / (1 + 4 * (covered.get(name) ?? 0));
    return sum;
  };
  // The best next one: first those that are not covered, then once more.
  for (let k = 0; k < Math.min(count + Math.floor(caught.length / 10), 8) && byTime.size > 0; k++) {
    let best: { cut: Cut; names: Set<string> } | undefined;
    for (const entry of byTime.values()) if (best === undefined || gain(entry) > gain(best)) best = entry;
    if (best === undefined) break;
    byTime.delete(best.cut.time);
    chosen.push(best.cut);
    for (const name of best.names) covered.set(name, (covered.get(name) ?? 0) + 1);
  }
  return chosen;
}
