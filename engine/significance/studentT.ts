import { exp, ln, log1p } from "../core/maths.ts";

/** Terms of a continued fraction that is long done by then. */
const MOST_TERMS = 500;
const TINY = 1e-300;

/**
 * Probability that Student's t with a whole number of degrees of freedom is beyond `t` on either side: the incomplete
 * beta function I(ν/2, 1/2) at ν / (ν + t²), by Lentz's continued fraction. Exact to a few parts in 10¹³, in the tail
 * too, where 1 − Φ would be 0.
 */
export function studentTwoSided(t: number, degrees: number): number {
  const x = degrees / (degrees + t * t);
  if (Number.isNaN(x)) return Number.NaN;
  if (x >= 1) return 1;
  const [a, b] = [degrees / 2, 0.5];
  // xᵃ (1 − x)ᵇ / B(a, b); 1 − x is formed from t, which keeps it exact where t is small.
  const lnFront = a * ln(x) + b * ln((t * t) / (degrees + t * t)) - lnBetaHalf(degrees);
  const front = exp(lnFront);
  // The fraction converges fast on one side of the mean, and the other side is its complement.
  return x < (a + 1) / (a + b + 2)
    ? (front * fraction(a, b, x)) / a
    : 1 - (front * fraction(b, a, (t * t) / (degrees + t * t))) / b;
}

/** The t from 0 that is exceeded in size with this probability: Infinity for 0, 0 for 1. */
export function studentTwoSidedQuantile(probability: number, degrees: number): number {
  if (!(probability >= 0 && probability <= 1)) return Number.NaN;
  if (probability === 0) return Infinity;
  if (probability === 1) return 0;
  let [low, high] = [0, 1];
  while (studentTwoSided(high, degrees) > probability && high < 1e150) high *= 2;
  for (let round = 0; round < 200; round++) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (studentTwoSided(middle, degrees) > probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** ln B(ν/2, 1/2), from Γ((ν + 1)/2) / Γ(ν/2) by its recurrence in steps of two degrees. */
function lnBetaHalf(degrees: number): number {
  const isOdd = degrees % 2 === 1;
  // Γ(1)/Γ(1/2) = 1/√π and Γ(3/2)/Γ(1) = √π/2, each × 1/√π here, since B has Γ(1/2) above.
  let lnRatio = isOdd ? -ln(Math.PI) : -Math.LN2;
  for (let n = isOdd ? 1 : 2; n < degrees; n += 2) lnRatio += log1p(1 / n);
  return -lnRatio;
}

/** The continued fraction of the incomplete beta function (Press et al., "Numerical recipes", 6.4). */
function fraction(a: number, b: number, x: number): number {
  const away = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const step = d * c;
    value *= step;
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return value;
}
