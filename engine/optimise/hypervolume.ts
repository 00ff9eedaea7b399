import { EngineError } from "../core/errors.ts";
import type { Numbers } from "../core/stats.ts";
import { dominates } from "./pareto.ts";

/**
 * The volume that rows of losses dominate, up to a reference that is worse than what anyone would accept: one number for
 * how far a front reaches and how well it covers. Rows that are not better than the reference everywhere add nothing.
 * Exact for any number of objectives (While, Bradstreet and Barone's WFG, 2012), fast for two.
 */
export function hypervolume(losses: readonly Numbers[], reference: Numbers): number {
  for (const row of losses) {
    if (row.length === reference.length) continue;
    throw new EngineError(
      "optimise.hypervolume",
      `hypervolume: a row of ${row.length} losses with a reference of ${reference.length}; expected as many of both.`,
      { losses: row.length, reference: reference.length },
    );
  }
  const inside = losses
    .map((row) => Float64Array.from(row))
    .filter((row) => row.every((loss, m) => loss < reference[m]));
  if (reference.length === 2) return area(inside, reference);
  return volume(front(inside), reference);
}

function area(rows: Float64Array[], reference: Numbers): number {
  rows.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let sum = 0;
  let ceiling = reference[1];
  for (const [x, y] of rows) {
    if (y >= ceiling) continue;
    sum += (reference[0] - x) * (ceiling - y);
    ceiling = y;
  }
  return sum;
}

/** Row by row what it adds to those after it: its own box less what of the box they dominate. */
function volume(rows: readonly Float64Array[], reference: Numbers): number {
  let sum = 0;
  for (const [i, row] of rows.entries()) {
    let own = 1;
    for (let m = 0; m < row.length; m++) own *= reference[m] - row[m];
    const within = rows.slice(i + 1).map((other) => other.map((loss, m) => Math.max(loss, row[m])));
    sum += own - volume(front(within), reference);
  }
  return sum;
}

/** Without the rows that another dominates, and without second copies. */
function front(rows: readonly Float64Array[]): Float64Array[] {
  const isCopy = (a: Float64Array, b: Float64Array): boolean => a.every((loss, m) => loss === b[m]);
  return rows.filter(
    (row, i) => !rows.some((other, j) => dominates(other, row) || (j < i && isCopy(other, row))),
  );
}
