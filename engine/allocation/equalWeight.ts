import { EngineError } from "../core/errors.ts";

/** Something that could be held, and how good it looks; higher is better. */
export type Candidate = { readonly symbol: string; readonly score: number };

/** A share of the capital. */
export type Allocation = Candidate & { readonly weight: number };

/**
 * The whole capital in equal parts to the `maxPositions` candidates of the highest score, or to all when there are
 * fewer. Ties go to the symbol that comes first in code-unit order, so that the answer never depends on the order
 * of the candidates; one whose score is NaN is left out.
 */
export function equalWeight(
  candidates: readonly Candidate[],
  { maxPositions = 3 }: { readonly maxPositions?: number } = {},
): Allocation[] {
  if (!Number.isInteger(maxPositions) || maxPositions < 1) {
    throw new EngineError(
      "allocation.max-positions",
      `equalWeight: maxPositions is ${maxPositions}; expected a whole number from 1.`,
      { maxPositions },
    );
  }
  const chosen = candidates
    .filter(({ score }) => !Number.isNaN(score))
    .sort(byScore)
    .slice(0, maxPositions);
  return chosen.map(({ symbol, score }) => ({ symbol, score, weight: 1 / chosen.length }));
}

function byScore(a: Candidate, b: Candidate): number {
  if (a.score !== b.score) return a.score > b.score ? -1 : 1;
  return a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0;
}
