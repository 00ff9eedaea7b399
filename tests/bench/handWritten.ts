/**
 * What someone would write by hand for one purpose and one column, without classes, checks or NaN handling,
 * into buffers that are used again. TA-Lib's seeding, so that the values can be compared.
 */
export function smaLoop(x: Float64Array, n: number, out: Float64Array): typeof out {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += x[i];
  out.fill(Number.NaN, 0, n - 1);
  out[n - 1] = sum / n;
  for (let i = n; i < x.length; i++) {
    sum += x[i] - x[i - n];
    out[i] = sum / n;
  }
  return out;
}

export function emaLoop(x: Float64Array, n: number, out: Float64Array): typeof out {
  let value = 0;
  for (let i = 0; i < n; i++) value += x[i];
  value /= n;
  const take = 2 / (n + 1);
  out.fill(Number.NaN, 0, n - 1);
  out[n - 1] = value;
  for (let i = n; i < x.length; i++) {
    value += (x[i] - value) * take;
    out[i] = value;
  }
  return out;
}

export function wmaLoop(x: Float64Array, n: number, out: Float64Array): typeof out {
  const weight = (n * (n + 1)) / 2;
  let sum = 0;
  let weighted = 0;
  for (let i = 0; i < n; i++) {
    sum += x[i];
    weighted += x[i] * (i + 1);
  }
  out.fill(Number.NaN, 0, n - 1);
  out[n - 1] = weighted / weight;
  for (let i = n; i < x.length; i++) {
    weighted += n * x[i] - sum;
    sum += x[i] - x[i - n];
    out[i] = weighted / weight;
  }
  return out;
}

export function rsiLoop(x: Float64Array, n: number, out: Float64Array): typeof out {
  let gain = 0;
  let loss = 0;
  for (let i = 1; i <= n; i++) {
    const change = x[i] - x[i - 1];
    if (change > 0) gain += change;
    else loss -= change;
  }
  gain /= n;
  loss /= n;
  const take = 1 / n;
  const keep = 1 - take;
  out.fill(Number.NaN, 0, n);
  out[n] = (100 * gain) / (gain + loss);
  for (let i = n + 1; i < x.length; i++) {
    const change = x[i] - x[i - 1];
    gain = gain * keep + (change > 0 ? change * take : 0);
    loss = loss * keep + (change < 0 ? -change * take : 0);
    out[i] = (100 * gain) / (gain + loss);
  }
  return out;
}

export function macdLoop(
  x: Float64Array,
  [fast, slow, signal]: [number, number, number],
  out: { macd: Float64Array; signal: Float64Array; histogram: Float64Array },
): typeof out {
  let a = 0;
  let b = 0;
  for (let i = 0; i < slow; i++) {
    b += x[i];
    if (i >= slow - fast) a += x[i];
  }
  a /= fast;
  b /= slow;
  const takeFast = 2 / (fast + 1);
  const takeSlow = 2 / (slow + 1);
  const takeSignal = 2 / (signal + 1);
  let sum = a - b;
  let line = 0;
  const first = slow + signal - 2;
  for (const column of [out.macd, out.signal, out.histogram]) column.fill(Number.NaN, 0, first);
  for (let i = slow; i <= first; i++) {
    a += (x[i] - a) * takeFast;
    b += (x[i] - b) * takeSlow;
    line = a - b;
    sum += line;
  }
  let average = sum / signal;
  out.macd[first] = line;
  out.signal[first] = average;
  out.histogram[first] = line - average;
  for (let i = first + 1; i < x.length; i++) {
    a += (x[i] - a) * takeFast;
    b += (x[i] - b) * takeSlow;
    line = a - b;
    average += (line - average) * takeSignal;
    out.macd[i] = line;
    out.signal[i] = average;
    out.histogram[i] = line - average;
  }
  return out;
}

export function atrLoop(
  { high, low, close }: { high: Float64Array; low: Float64Array; close: Float64Array },
  n: number,
  out: Float64Array,
): typeof out {
  const range = (i: number): number =>
    Math.max(high[i] - low[i], Math.abs(high[i] - close[i - 1]), Math.abs(low[i] - close[i - 1]));
  let value = 0;
  for (let i = 1; i <= n; i++) value += range(i);
  value /= n;
  const take = 1 / n;
  const keep = 1 - take;
  out.fill(Number.NaN, 0, n);
  out[n] = value;
  for (let i = n + 1; i < close.length; i++) {
    value = value * keep + range(i) * take;
    out[i] = value;
  }
  return out;
}

/** Sliding Welford, as exact as two passes and no slower than sums of squares. */
export function bollingerLoop(
  x: Float64Array,
  [n, width]: [number, number],
  out: { upper: Float64Array; middle: Float64Array; lower: Float64Array },
): typeof out {
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const delta = x[i] - mean;
    mean += delta / (i + 1);
    squares += delta * (x[i] - mean);
  }
  for (const column of [out.upper, out.middle, out.lower]) column.fill(Number.NaN, 0, n - 1);
  for (let i = n - 1; i < x.length; i++) {
    if (i >= n) {
      const leaving = x[i - n];
      const entering = x[i];
      const before = mean;
      mean += (entering - leaving) / n;
      squares += (entering - leaving) * (entering - mean + leaving - before);
    }
    const band = width * Math.sqrt(Math.max(0, squares) / n);
    out.middle[i] = mean;
    out.upper[i] = mean + band;
    out.lower[i] = mean - band;
  }
  return out;
}
