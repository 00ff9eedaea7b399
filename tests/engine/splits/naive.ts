import fc from "fast-check";
import type { LabelSpans } from "#engine/splits/labels.ts";
import type { SampleSplit } from "#engine/splits/splitPlan.ts";

/** Samples with ties, gaps, labels of no length and a few very long ones. */
export const labelSpans = ({ min = 12, max = 70 } = {}): fc.Arbitrary<LabelSpans> =>
  fc
    .array(
      fc.record({
        wait: fc.constantFrom(0, 0, 1, 1, 1, 2, 5, 30),
        takes: fc.oneof(
          { weight: 9, arbitrary: fc.integer({ min: 0, max: 6 }) },
          fc.integer({ min: 20, max: 60 }),
        ),
      }),
      { minLength: min, maxLength: max },
    )
    .map((steps) => {
      let time = 1000;
      const t0 = Float64Array.from(steps, ({ wait }) => (time += wait));
      return { t0, t1: t0.map((start, i) => start + steps[i].takes) };
    });

export type NaiveEmbargo = { embargoFraction?: number; embargoMs?: number };

/** Whether two labels share a moment. */
export function overlap({ t0, t1 }: LabelSpans, a: number, b: number): boolean {
  return t0[a] <= t1[b] && t0[b] <= t1[a];
}

/** The definition, pair by pair: `blocks` are the tested ranges, each with an embargo of its own behind it. */
export function naiveSplit(
  labels: LabelSpans,
  blocks: readonly (readonly number[])[],
  { embargoFraction = 0, embargoMs = 0 }: NaiveEmbargo = {},
): Record<keyof SampleSplit, number[]> {
  const { t0, t1 } = labels;
  const all = [...t0.keys()];
  const tested = new Set(blocks.flat());
  const isClose = new Set<number>();
  for (const block of blocks) {
    const end = Math.max(...block.map((j) => t1[j]));
    const behind = all.filter((i) => t0[i] > end);
    const count = Math.floor(embargoFraction * all.length + 1e-9);
    for (const i of behind.slice(0, count)) isClose.add(i);
    if (embargoMs > 0) for (const i of behind) if (t0[i] <= end + embargoMs) isClose.add(i);
  }
  const purged = all.filter((i) => !tested.has(i) && [...tested].some((j) => overlap(labels, i, j)));
  const embargoed = all.filter((i) => !tested.has(i) && !purged.includes(i) && isClose.has(i));
  return {
    test: all.filter((i) => tested.has(i)),
    purged,
    embargoed,
    train: all.filter((i) => !tested.has(i) && !purged.includes(i) && !embargoed.includes(i)),
  };
}

/** NumPy's array_split over 0 … samples − 1. */
export function arraySplit(samples: number, parts: number): number[][] {
  const all = Array.from({ length: samples }, (_, i) => i);
  return Array.from({ length: parts }, (_, p) => {
    const size = Math.floor(samples / parts) + (p < samples % parts ? 1 : 0);
    return all.splice(0, size);
  });
}

export const plain = (split: SampleSplit): Record<keyof SampleSplit, number[]> => ({
  train: [...split.train],
  test: [...split.test],
  purged: [...split.purged],
  embargoed: [...split.embargoed],
});

/** Labels of one length over even samples. */
export function evenLabels(samples: number, everyMs: number, takesMs: number): LabelSpans {
  const t0 = Float64Array.from({ length: samples }, (_, i) => i * everyMs);
  return { t0, t1: t0.map((start) => start + takesMs) };
}

/** The code of the error that a call throws, or undefined. */
export function codeOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}
