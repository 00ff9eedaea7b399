import { dot, zeros } from "../core/linearAlgebra.ts";

/** A function's value and its derivatives at a place. */
export type Slope = { readonly value: number; readonly gradient: Float64Array };

const SUFFICIENT = 1e-4;
const HALVINGS = 20;

/**
 * A local minimum of a smooth function of a few variables, by BFGS with backtracking (Nocedal and Wright, algorithm 6.1):
 * downhill from the start, until the slope is gone or the iterations are used up. A value that is not finite is a wall.
 */
export function minimise(
  slopeAt: (place: Float64Array) => Slope,
  start: Float64Array,
  { iterations = 50, tolerance = 1e-5 }: { readonly iterations?: number; readonly tolerance?: number } = {},
): { readonly place: Float64Array; readonly value: number } {
  const size = start.length;
  let place = start;
  let { value, gradient } = slopeAt(place);
  let inverse = identity(size);
  let isFirst = true;
  for (let iteration = 0; iteration < iterations && largest(gradient) > tolerance; iteration++) {
    let direction = gradient.map((_, i) => -dot(inverse[i], gradient));
    let descent = dot(direction, gradient);
    if (!(descent < 0)) {
      inverse = identity(size);
      direction = gradient.map((g) => -g);
      descent = -dot(gradient, gradient);
    }
    // Nothing is known of the scale yet: the first step is no longer than 1.
    let length = isFirst ? Math.min(1, 1 / Math.sqrt(dot(direction, direction))) : 1;
    let next = place;
    let found: Slope | undefined;
    for (let i = 0; i < HALVINGS; i++, length /= 2) {
      next = place.map((x, k) => x + length * direction[k]);
      const slope = slopeAt(next);
      if (slope.value <= value + SUFFICIENT * length * descent) {
        found = slope;
        break;
      }
    }
    if (found === undefined) break;
    const step = next.map((x, k) => x - place[k]);
    const turn = found.gradient.map((g, k) => g - gradient[k]);
    inverse = updated(inverse, step, turn, isFirst);
    isFirst = false;
    ({ value, gradient } = found);
    place = next;
  }
  return { place, value };
}

/** (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ; H as it was, where the function does not curve upwards along the step. */
function updated(
  inverse: Float64Array[],
  step: Float64Array,
  turn: Float64Array,
  isFirst: boolean,
): Float64Array[] {
  const along = dot(step, turn);
  if (!(along > 1e-12 * Math.sqrt(dot(step, step) * dot(turn, turn)))) return inverse;
  const scale = isFirst ? along / dot(turn, turn) : 1;
  const before = inverse.map((row) => row.map((x) => x * scale));
  const turned = before.map((row) => dot(row, turn));
  const bend = (along + dot(turn, turned)) / (along * along);
  return before.map((row, i) =>
    row.map((x, j) => x + bend * step[i] * step[j] - (turned[i] * step[j] + step[i] * turned[j]) / along),
  );
}

function identity(size: number): Float64Array[] {
  const matrix = zeros(size, size);
  for (let i = 0; i < size; i++) matrix[i][i] = 1;
  return matrix;
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
