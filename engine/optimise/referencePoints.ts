/**
 * Points spread evenly over the plane where the coordinates sum to 1: all that have multiples of 1/divisions as their
 * coordinates (Das and Dennis 1998).
 */
export function referencePoints(objectives: number, divisions: number): Float64Array[] {
  const points: Float64Array[] = [];
  const place = (point: Float64Array, m: number, left: number): void => {
    if (m === objectives - 1) {
      point[m] = left / divisions;
      points.push(point.slice());
      return;
    }
    for (let k = 0; k <= left; k++) {
      point[m] = k / divisions;
      place(point, m + 1, left - k);
    }
  };
  place(new Float64Array(objectives), 0, divisions);
  return points;
}

/** How many there are: (objectives + divisions − 1) over divisions. */
export function referenceCount(objectives: number, divisions: number): number {
  let count = 1;
  for (let k = 1; k < objectives; k++) count = (count * (divisions + k)) / k;
  return Math.round(count);
}
