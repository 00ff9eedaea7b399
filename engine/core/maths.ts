/**
 * Elementary functions that give the same bits in every JavaScript engine.
 *
 * `Math.exp`, `Math.log`, `Math.pow`, `Math.sin` and their like are left to the engine by the language, and V8 and
 * QuickJS differ in the last bit; these are stdlib's ports of FreeBSD's and Cephes' algorithms, which use only
 * `+ − × ÷`, and so are the same everywhere. `Math.sqrt/abs/floor/ceil/round/trunc/sign/min/max` are exact by the
 * language and are used directly.
 */
import cos from "@stdlib/math-base-special-cos";
import erf from "@stdlib/math-base-special-erf";
import erfinv from "@stdlib/math-base-special-erfinv";
import exp from "@stdlib/math-base-special-exp";
import expm1 from "@stdlib/math-base-special-expm1";
import ln from "@stdlib/math-base-special-ln";
import log1p from "@stdlib/math-base-special-log1p";
import pow from "@stdlib/math-base-special-pow";
import sin from "@stdlib/math-base-special-sin";
import tanh from "@stdlib/math-base-special-tanh";

export { cos, erf, erfinv, exp, expm1, ln, log1p, pow, sin, tanh };

/** √2 and 1/√2, correctly rounded. */
const SQRT2 = Math.sqrt(2);

/** Probability that a standard normal variable is at most `z`. */
export function normalCdf(z: number): number {
  return 0.5 * (1 + erf(z / SQRT2));
}

/** The standard normal variable's quantile: the `z` with `normalCdf(z) = probability`; ±Infinity at 1 and 0. */
export function normalQuantile(probability: number): number {
  return SQRT2 * erfinv(2 * probability - 1);
}
