import type { Point } from "#engine/optimise/space.ts";
import { numbers } from "./spaces.ts";

/** Functions with known optima, by which optimisers are measured. */
type Known = (point: Point) => number;

/** 0 at (1, −2, 0.5, 3, −1.3): nowhere special in a cube. */
const AT = [1, -2, 0.5, 3, -1.3];

export const sphere: Known = (point) => numbers(point).reduce((sum, x, i) => sum + (x - AT[i]) ** 2, 0);

/** A bent valley; 0 at (1, …, 1) (Rosenbrock 1960). */
export const rosenbrock: Known = (point) => {
  const x = numbers(point);
  return x.slice(1).reduce((sum, next, i) => sum + 100 * (next - x[i] ** 2) ** 2 + (1 - x[i]) ** 2, 0);
};

/** A bowl full of dents; 0 at the same place as `sphere` (Rastrigin 1974). */
export const rastrigin: Known = (point) =>
  numbers(point).reduce((sum, value, i) => {
    const x = value - AT[i];
    return sum + x * x + 10 - 10 * Math.cos(2 * Math.PI * x);
  }, 0);

/** Of −5 … 10 and 0 … 15, on a cube from 0 to 1: 0.397887… at three places (Branin 1972). */
export const branin: Known = (point) => {
  const [a, b] = numbers(point);
  const [x, y] = [15 * a - 5, 15 * b];
  const valley = y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6;
  return valley ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
};

export const BRANIN_MINIMUM = 0.39788735772973816;

/** Two losses of the unit cube with a curved front, where all numbers but the first are 0 (Zitzler, Deb and Thiele 2000). */
export function zdt1(point: Point): number[] {
  const [x, ...rest] = numbers(point);
  const g = 1 + (9 * rest.reduce((sum, value) => sum + value, 0)) / rest.length;
  return [x, g * (1 - Math.sqrt(x / g))];
}

/** Of its whole front up to (1.1, 1.1): 1.1² − ∫ (1 − √x) dx. */
export const ZDT1_HYPERVOLUME = 1.21 - 1 / 3;

/** Three losses whose front is an eighth of the sphere of radius 1 (Deb, Thiele, Laumanns and Zitzler 2002). */
export function dtlz2(point: Point): number[] {
  const [x, y, ...rest] = numbers(point);
  const radius = 1 + rest.reduce((sum, value) => sum + (value - 0.5) ** 2, 0);
  const [u, v] = [(x * Math.PI) / 2, (y * Math.PI) / 2];
  return [radius * Math.cos(u) * Math.cos(v), radius * Math.cos(u) * Math.sin(v), radius * Math.sin(u)];
}

/** Of its whole front up to (1, 1, 1): the cube less an eighth of the ball. */
export const DTLZ2_HYPERVOLUME = 1 - Math.PI / 6;
