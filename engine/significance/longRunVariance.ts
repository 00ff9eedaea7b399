import { mean, type Numbers } from "../core/stats.ts";

/**
 * n × the variance that a mean has over the stationary bootstrap's resamples, in closed form (Politis and Romano 1994,
 * lemma 1): γ₀ + 2 Σ κᵢ γᵢ with κᵢ = (1 − i/n) qⁱ + (i/n) qⁿ⁻ⁱ and q = 1 − 1/`blockLength`. The κ of a lag and of its
 * counterpart from the other end belong to one sum over the circle, Σ (1 − i/n) qⁱ Cᵢ, which two running sums give in one
 * pass instead of a double loop over lags. 0 for values that do not vary.
 */
export function longRunVariance(values: Numbers, blockLength: number): number {
  const rows = values.length;
  const stay = 1 - 1 / blockLength;
  const centre = mean(values);
  let largest = 0;
  const off = Float64Array.from(values, (value) => {
    largest = Math.max(largest, Math.abs(value));
    return value - centre;
  });

  // Σ qⁱ off[t − i] and Σ i qⁱ off[t − i] over i = 1 … rows − 1, the index taken round the circle, for t = 0 first.
  let [weighted, ramped] = [0, 0];
  let power = 1;
  for (let i = 1; i < rows; i++) {
    power *= stay;
    weighted += power * off[rows - i];
    ramped += i * power * off[rows - i];
  }
  const full = power * stay;
  let [squares, near, far] = [0, 0, 0];
  for (let t = 0; t < rows; t++) {
    squares += off[t] * off[t];
    near += off[t] * weighted;
    far += off[t] * ramped;
    const next = t + 1 < rows ? off[t + 1] : off[0];
    ramped = stay * (ramped + weighted + off[t]) - rows * full * next;
    weighted = stay * (weighted + off[t]) - full * next;
  }
  const variance = (squares + 2 * (near - far / rows)) / rows;
  // Equal values leave nothing but rounding.
  return squares > 1e-26 * rows * largest * largest ? Math.max(0, variance) : 0;
}
