import type { Scored } from "../optimise/runTrial.ts";
import type { Point } from "../optimise/space.ts";
import type { LossReport } from "../optimise/trial.ts";
import { type ParameterSpecs, type ParameterValues, resolveParameters } from "../strategy/parameters.ts";
import type { SweepPoint, SweepRunner } from "../sweep/sweep.ts";
import type { Span } from "./fold.ts";
import { type GrowingParts, partOf } from "./growingParts.ts";
import { type LinkLoss, type PointLosses, PointScorer, type SearchLoss } from "./pointLosses.ts";

/** What is known of a point: its losses over the whole training, and on parts of it; neither, where it was given up. */
export type KnownPoint = PointLosses & {
  readonly reports?: readonly (readonly [step: number, loss: number])[];
};

export type TrainingInput = {
  readonly specs: ParameterSpecs;
  readonly train: Span;
  readonly losses: readonly SearchLoss[];
  readonly runner: (span: Span) => SweepRunner;
  readonly linkLoss: LinkLoss;
  /** Where points are given up on the way. */
  readonly parts?: GrowingParts;
  readonly known?: (parameters: ParameterValues) => KnownPoint | undefined;
  readonly onPoint?: (point: SweepPoint, span: Span, known: KnownPoint) => void;
};

/** The losses of points over a training span, computed unless they are known. */
export class TrainingObjective {
  readonly whole: SweepRunner;
  /** Points that were known so far, and needed no run. */
  reused = 0;
  readonly #input: TrainingInput;
  readonly #scorer: PointScorer;
  readonly #parts = new Map<number, SweepRunner>();

  constructor(input: TrainingInput) {
    this.#input = input;
    this.#scorer = new PointScorer(input.losses, input.linkLoss);
    this.whole = input.runner(input.train);
  }

  /** The objective of the study. */
  readonly of = (point: Point, index: number): Scored | Generator<LossReport, Scored, void> => {
    const { specs, known, parts } = this.#input;
    const before = known?.(resolveParameters(specs, point));
    if (parts !== undefined) return this.#growing(point, index, before, parts);
    if (before !== undefined && isFinished(before)) {
      this.reused++;
      return this.#scored(before);
    }
    return this.#run(point, []);
  };

  /** Over one part of the training after the other; whoever drives this may stop it after any of them. */
  *#growing(
    point: Point,
    index: number,
    before: KnownPoint | undefined,
    { whole, at }: GrowingParts,
  ): Generator<LossReport, Scored, void> {
    const { train, onPoint } = this.#input;
    const reports: [number, number][] = [];
    const isKnown = before !== undefined && isFinished(before);
    const knownUpTo = isKnown ? Infinity : Math.max(0, ...(before?.reports ?? []).map(([step]) => step));
    let last: { point: SweepPoint; span: Span } | undefined;
    let isComputed = false;
    let isOver = false;
    try {
      for (const step of at(index)) {
        let loss: number | undefined;
        if (step <= knownUpTo) loss = before?.reports?.find(([known]) => known === step)?.[1];
        else {
          isComputed = true;
          const span = partOf(train, step, whole);
          last = { point: this.#partRunner(step, span).run(point), span };
          loss = this.#scorer.score(last.point).losses[0];
        }
        if (loss === undefined) continue;
        reports.push([step, loss]);
        yield { step, loss };
      }
      isOver = true;
      if (isKnown) {
        this.reused++;
        return this.#scored(before);
      }
      return this.#run(point, reports);
    } finally {
      // Given up on the way: the part that it came to was a look too.
      if (!isOver && last !== undefined) onPoint?.(last.point, last.span, { losses: [], reports });
      else if (!isOver && !isComputed) this.reused++;
    }
  }

  #run(given: Point, reports: readonly (readonly [number, number])[]): Scored {
    const point = this.whole.run(given);
    const losses = this.#scorer.score(point);
    this.#input.onPoint?.(point, this.#input.train, {
      ...losses,
      ...(reports.length > 0 && { reports }),
    });
    return this.#scored(losses);
  }

  /** As a study takes it: all of them NaN where one is undefined. */
  #scored({ losses, reason }: PointLosses): Scored {
    const { length } = this.#input.losses;
    return { losses: losses.length > 0 ? losses : Array.from({ length }, () => Number.NaN), reason };
  }

  #partRunner(step: number, span: Span): SweepRunner {
    let runner = this.#parts.get(step);
    if (runner === undefined) this.#parts.set(step, (runner = this.#input.runner(span)));
    return runner;
  }
}

/** Whether it came to the end of the training, with losses or with a reason for none. */
function isFinished({ losses, reason }: PointLosses): boolean {
  return losses.length > 0 || reason !== undefined;
}
