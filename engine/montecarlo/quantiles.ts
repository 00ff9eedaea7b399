/**
 * Quantiles of type 7 (see `quantile` in core) of values without NaN, which are put into another order on the way.
 * `fractions` ascend. Only what is wanted is sorted, so that a few of a thousand cost a third of sorting all.
 */
export function quantilesInPlace(values: Float64Array, fractions: readonly number[]): number[] {
  const last = values.length - 1;
  if (last < 0) return fractions.map(() => Number.NaN);
  const places: number[] = [];
  for (const fraction of fractions) {
    const below = Math.floor(fraction * last);
    places.push(below, Math.min(below + 1, last));
  }
  sortPlaces(values, 0, last, places, 0, places.length - 1);
  return fractions.map((fraction) => {
    const place = fraction * last;
    const below = Math.floor(place);
    const low = values[below];
    const high = values[Math.min(below + 1, last)];
    // Equal neighbours are returned as they are: between two infinities the line would be NaN.
    return low === high ? low : low + (place - below) * (high - low);
  });
}

/** Below so many values, moving each to its place is faster than dividing them again. */
const FEW = 12;

/** Quicksort that only goes on where one of the wanted places is: `places[first … last]`, ascending. */
function sortPlaces(
  values: Float64Array,
  low: number,
  high: number,
  places: readonly number[],
  first: number,
  last: number,
): void {
  if (high - low < FEW) {
    for (let i = low + 1; i <= high; i++) {
      const value = values[i];
      let j = i;
      for (; j > low && values[j - 1] > value; j--) values[j] = values[j - 1];
      values[j] = value;
    }
    return;
  }
  const pivot = middle(values[low], values[(low + high) >>> 1], values[high]);
  let i = low;
  let j = high;
  while (i <= j) {
    while (values[i] < pivot) i++;
    while (values[j] > pivot) j--;
    if (i > j) break;
    const swap = values[i];
    values[i++] = values[j];
    values[j--] = swap;
  }
  let left = last;
  while (left >= first && places[left] > j) left--;
  if (left >= first) sortPlaces(values, low, j, places, first, left);
  let right = first;
  while (right <= last && places[right] < i) right++;
  if (right <= last) sortPlaces(values, i, high, places, right, last);
}

function middle(a: number, b: number, c: number): number {
  return a < b ? (b < c ? b : a < c ? c : a) : a < c ? a : b < c ? c : b;
}
