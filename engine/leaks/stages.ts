import { EngineError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { attribution } from "./attribution.ts";
import { type BaseColumn, RowsByCut, requireAnswer } from "./compare.ts";
import { cutPoints, gridOf, horizonMs, wantedTimes } from "./cutPoints.ts";
import { EarnedTotal, fairInput } from "./fairGame.ts";
import type { Answered, Findings } from "./findings.ts";
import { after, type Cut, TimedInput } from "./known.ts";
import { Noise, type Perturbation, perturbed } from "./perturb.ts";
import { drawSuspects, screen, suspects } from "./screen.ts";
import type { ProbeAnswer, ProbeInput } from "./subject.ts";

/**
 * A run of the subject that the probe asks for. `"fresh"`: by a subject that nobody has called yet; `"kept"`: always by
 * the same one.
 */
export type ProbeRun = {
  readonly input: ProbeInput;
  readonly instance: "fresh" | "kept";
  readonly done: number;
  readonly total: number;
};

/** What the run came to. */
export type RunOutcome = { readonly answer: ProbeAnswer } | { readonly failed: unknown };

/** One stage of a probe: asks for runs, notes what it found, and ends. */
type Stage = Generator<ProbeRun, void, RunOutcome>;

/** Futures as shares of all rows, at least one row. Near ones are cheap, and most leaks look at the next candles. */
const HORIZONS = [0, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.3];
/** Candles between the places that are changed in one run, at least: columns must have time to forget. */
const SPACINGS = [60, 30, 30, 400];
/** Cuts that those runs may ask for. */
const SUSPECTS = 10;
/** Cuts at which rows that were not there are looked for once more. */
const PENDING = 6;
/** Fills that are looked at one by one, and how many of them must not move when all prices after them do. */
const FILLS = 20;
const KNOWN_SHARE = 0.5;
/** Worlds of noise that earnings are judged on, and the standard errors above 0 that are no luck. */
const FAIR_WORLDS = 3;
const FAIR_T = 5;

/** What the stages of one probe share. */
export class Stages {
  readonly #timed: TimedInput;
  readonly #grid: Float64Array;
  readonly #random: Random;
  readonly #noise: Noise;
  /** Of the random numbers drawn for changed futures: the ways of changing take turns. */
  #turn = 0;
  #total = 4;
  runs = 0;
  cuts = 0;

  constructor(
    input: ProbeInput,
    seed: number,
    /** The ways in which futures are changed, in turn. */
    readonly kinds: readonly Perturbation[],
  ) {
    this.#timed = new TimedInput(input);
    this.#grid = gridOf(this.#timed.closes);
    if (this.#grid.length < 3) throw tooShort(this.#grid.length);
    this.#random = Random.seeded(seed).stream("leaks");
    this.#noise = new Noise(this.#random.stream("noise"));
  }

  /** All times at which a candle closes. */
  get grid(): Float64Array {
    return this.#grid;
  }

  /** The subject on everything. */
  whole(): ProbeRun {
    return this.#ask(this.#timed.whole());
  }

  /** Whether it says the same when it is asked again, and when it was asked something else before. */
  *again(findings: Findings): Stage {
    const everything: Cut = { time: Number.POSITIVE_INFINITY, knows: "opens" };
    findings.again("random", answered(yield this.whole()), this.#rows(everything));
    const early: Cut = { time: this.#grid[Math.floor(this.#grid.length / 10)], knows: "closes" };
    const random = this.#random.stream("again");
    const other = perturbed(this.#timed, early, "noise", Number.POSITIVE_INFINITY, random, this.#noise);
    yield this.#ask(other, "kept");
    const whole = this.#ask(this.#timed.whole(), "kept");
    findings.again("state", answered(yield whole), this.#rows(everything));
  }

  /** Takes the future away and changes it, at cut after cut. */
  *cutting(findings: Findings, base: readonly BaseColumn[], cuts: number, perturbations: number): Stage {
    const some = Math.ceil(cuts / 4);
    const counts = { spread: cuts, telling: some, events: some };
    const { spread, telling } = cutPoints(this.#timed, base, counts, this.#random.stream("cuts"));
    this.cuts = spread.length + telling.length;
    const later = SPACINGS.length + SUSPECTS + (base.some(isFill) ? FILLS : 0);
    this.#total = this.runs + spread.length * (1 + perturbations) + telling.length + later;
    this.#total += base.some(isEarned) ? FAIR_WORLDS : 0;
    for (const cut of spread) {
      yield* this.#shortened(findings, cut);
      for (let k = 0; k < perturbations; k++) yield* this.#changed(findings, cut);
    }
    for (const [i, cut] of telling.entries()) {
      // What is confirmed or filled in by the next rows shows best when there are none.
      if (perturbations > 0 && i % 3 === 2) yield* this.#changed(findings, cut);
      else yield* this.#shortened(findings, cut);
    }
  }

  /** Changes many short stretches in one run, and cuts where an effect seemed to come before its cause. */
  *screening(findings: Findings, base: readonly BaseColumn[]): Stage {
    const wanted = wantedTimes(this.#timed, base, this.#grid, this.#random.stream("wanted"));
    const suspected = new Map<number, string[]>();
    const looked = new Set<number>();
    for (const [k, spacing] of SPACINGS.entries()) {
      const left = wanted.filter((time) => !looked.has(time));
      const made = screen(this.#timed, left, spacing, this.#grid, this.#random.stream(`screen ${k}`));
      for (const time of made.times) looked.add(time);
      const { columns } = answered(yield this.#ask(made.input));
      for (const [time, names] of suspects(made, findings.unsuspected, columns, this.#timed))
        suspected.set(time, [...(suspected.get(time) ?? []), ...names]);
    }
    for (const time of drawSuspects(suspected, SUSPECTS, this.#random.stream("suspects"))) {
      this.cuts++;
      yield* this.#shortened(findings, { time, knows: "closes" });
    }
  }

  /** Where rows were only not there, looks again with as many candles as there were, of another future. */
  *confirming(findings: Findings): Stage {
    for (const [k, cut] of findings.pendingCuts(PENDING).entries()) {
      const random = this.#random.stream(`pending ${k}`);
      const input = perturbed(this.#timed, cut, "noise", Number.POSITIVE_INFINITY, random, this.#noise);
      findings.compare(answered(yield this.#ask(input)), this.#rows(cut), "changed", true);
    }
  }

  /** Moves all prices after fills: a fill that does not move was made at a price that was known. */
  *filling(findings: Findings, base: readonly BaseColumn[]): Stage {
    const last = this.#grid[this.#grid.length - 1];
    const all = new Set(base.filter(isFill).flatMap(({ time }) => [...time]));
    const random = this.#random.stream("fills");
    const times = random.shuffle([...all].filter((time) => time < last)).slice(0, FILLS);
    for (const time of times) {
      const cut: Cut = { time, knows: "closes" };
      const until = horizonMs(this.#grid, cut, 3);
      const input = perturbed(this.#timed, cut, "scaled", until, random, this.#noise);
      findings.fillsAt(time, answered(yield this.#ask(input)));
    }
    findings.judgeFills(KNOWN_SHARE);
  }

  /** Has it earn on prices that nobody can foresee. */
  *earning(findings: Findings, base: readonly BaseColumn[]): Stage {
    const totals = new Map(base.filter(isEarned).map(({ name }) => [name, new EarnedTotal()]));
    for (let world = 0; totals.size > 0 && world < FAIR_WORLDS; world++) {
      const input = fairInput(this.#timed, this.#random.stream(`world ${world}`));
      for (const { name, values } of answered(yield this.#ask(input)).columns) totals.get(name)?.add(values);
    }
    for (const [name, { tValue }] of totals) if (tValue > FAIR_T) findings.earns(name, tValue);
  }

  /** Finds out which inputs carry the future. */
  *attributing(findings: Findings): Stage {
    const steps = attribution(this.#timed, findings, this.#random.stream("carriers"), this.#noise);
    for (let step = steps.next(); !step.done; ) {
      this.#total = Math.max(this.#total, this.runs + step.value.left);
      step = steps.next(answered(yield this.#ask(step.value.input)));
    }
  }

  *#shortened(findings: Findings, cut: Cut): Stage {
    const run = this.#ask(this.#timed.truncated(cut));
    findings.compare(answered(yield run), this.#rows(cut), "shortened");
  }

  *#changed(findings: Findings, cut: Cut): Stage {
    const turn = this.#turn++;
    const random = this.#random.stream(`future ${turn}`);
    const rows = HORIZONS[random.integer(0, HORIZONS.length - 1)] * this.#grid.length;
    const until = horizonMs(this.#grid, cut, Math.max(1, Math.ceil(rows)));
    const kind = this.kinds[turn % this.kinds.length];
    const run = this.#ask(perturbed(this.#timed, cut, kind, until, random, this.#noise));
    findings.compare(answered(yield run), this.#rows(cut), "changed");
  }

  #rows(cut: Cut): RowsByCut {
    const closed = after(this.#grid, cut.time);
    const tailFrom = this.#grid[closed - 2] ?? Number.NEGATIVE_INFINITY;
    return new RowsByCut(cut, this.#timed.firstUnclosed(cut), tailFrom);
  }

  #ask(input: ProbeInput, instance: ProbeRun["instance"] = "fresh"): ProbeRun {
    const done = this.runs++;
    return { input, instance, done: Math.min(done, this.#total - 1), total: this.#total };
  }
}

const isFill = ({ kind }: BaseColumn): boolean => kind === "fill";
const isEarned = ({ kind }: BaseColumn): boolean => kind === "earned";

/** What a run gave; a subject that cannot be run on a shortened or changed input says nothing there. */
function answered(outcome: RunOutcome): Answered {
  return "failed" in outcome
    ? { columns: [], failed: outcome.failed }
    : { columns: requireAnswer(outcome.answer) };
}

function tooShort(rows: number): EngineError {
  return new EngineError(
    "leaks.too-short",
    `leakProbe: the candles close at ${rows} different times; expected at least 3, so that there are a past and a future.`,
    { given: rows },
  );
}
