import type { MatrixRows } from "../core/linearAlgebra.ts";
import type { Numbers } from "../core/stats.ts";
import { correlationOf, type RiskModel, requireCovariance } from "./riskModel.ts";

/**
 * How far two symbols are apart. `"correlation"` (default): √((1 − ρ)/2), from 0 for the same to 1 for opposites.
 * `"profile"`: how differently they stand to all others, the Euclidean distance between their columns of the first,
 * which López de Prado's paper clusters by.
 */
export type ClusterDistance = "correlation" | "profile";

/**
 * Hierarchical risk parity (López de Prado 2016, "Building Diversified Portfolios that Outperform Out of Sample"): order
 * the symbols by a single-linkage tree so that alike stand together, then halve that row again and again and divide
 * the weight of each between its halves, inversely to the variance of each as an inverse-variance portfolio. Inverts
 * nothing, so it takes a singular covariance too.
 */
export function hierarchicalRiskParity(
  risk: RiskModel,
  { distance = "correlation" }: { readonly distance?: ClusterDistance } = {},
): Float64Array {
  requireCovariance(risk);
  const { covariance } = risk;
  const order = clusterOrder(distances(covariance, distance));
  const weights = new Float64Array(order.length).fill(1);
  let rows = [order];
  while (rows.length > 0) {
    const next: number[][] = [];
    for (const row of rows) {
      if (row.length < 2) continue;
      const middle = row.length >> 1;
      const [left, right] = [row.slice(0, middle), row.slice(middle)];
      const [leftVariance, rightVariance] = [
        clusterVariance(covariance, left),
        clusterVariance(covariance, right),
      ];
      const toLeft = 1 - leftVariance / (leftVariance + rightVariance);
      for (const i of left) weights[i] *= toLeft;
      for (const i of right) weights[i] *= 1 - toLeft;
      next.push(left, right);
    }
    rows = next;
  }
  return weights;
}

/** Pairwise distances of symbols. */
export function distances(covariance: MatrixRows, kind: ClusterDistance = "correlation"): Float64Array[] {
  const near = correlationOf(covariance).map((row) =>
    row.map((rho) => Math.sqrt(Math.max(0, (1 - rho) / 2))),
  );
  if (kind === "correlation") return near;
  return near.map((a) => Float64Array.from(near, (b) => euclidean(a, b)));
}

function euclidean(a: Numbers, b: Numbers): number {
  let squares = 0;
  for (let k = 0; k < a.length; k++) squares += (a[k] - b[k]) * (a[k] - b[k]);
  return Math.sqrt(squares);
}

/**
 * The leaves of the single-linkage tree from left to right (the paper's quasi-diagonalisation). Clusters are numbered as
 * they come into being, leaves first; of two that join, the lower number stands left, as in SciPy.
 */
export function clusterOrder(distance: readonly Numbers[]): number[] {
  const size = distance.length;
  const clusters = new Map<number, number[]>();
  const clusterOf = Array.from({ length: size }, (_, i) => i);
  for (let i = 0; i < size; i++) clusters.set(i, [i]);
  let made = size;
  for (const { from, to } of spanningEdges(distance)) {
    const [left, right] = [clusterOf[from], clusterOf[to]].sort((a, b) => a - b);
    const joined = [...(clusters.get(left) ?? []), ...(clusters.get(right) ?? [])];
    for (const leaf of joined) clusterOf[leaf] = made;
    clusters.delete(left);
    clusters.delete(right);
    clusters.set(made++, joined);
  }
  return clusters.get(made - 1) ?? [];
}

/** The minimum spanning tree by Prim, shortest edge first: single linkage joins along it (Gower and Ross 1969). */
function spanningEdges(distance: readonly Numbers[]): { from: number; to: number; length: number }[] {
  const size = distance.length;
  const edges: { from: number; to: number; length: number }[] = [];
  const nearest = new Float64Array(size).fill(Infinity);
  const parent = new Int32Array(size);
  const isIn = new Uint8Array(size);
  let last = 0;
  for (let count = 1; count < size; count++) {
    isIn[last] = 1;
    let next = -1;
    for (let i = 0; i < size; i++) {
      if (isIn[i] === 1) continue;
      if (distance[last][i] < nearest[i]) {
        nearest[i] = distance[last][i];
        parent[i] = last;
      }
      if (next < 0 || nearest[i] < nearest[next]) next = i;
    }
    edges.push({
      from: Math.min(parent[next], next),
      to: Math.max(parent[next], next),
      length: nearest[next],
    });
    last = next;
  }
  return edges.sort((a, b) => a.length - b.length || a.from - b.from || a.to - b.to);
}

/** The variance of a cluster held by inverse variances. */
function clusterVariance(covariance: MatrixRows, members: readonly number[]): number {
  let total = 0;
  for (const i of members) total += 1 / covariance[i][i];
  let variance = 0;
  for (const i of members) {
    for (const j of members) variance += covariance[i][j] / (covariance[i][i] * covariance[j][j]);
  }
  return variance / (total * total);
}
