/** Timing for benchmarks: medians of interleaved rounds, so that what slows the machine slows every side alike. */

export type Row = {
  name: string;
  /** Milliseconds, median over the rounds. */
  medianMs: number;
  /** Against the first row of its group. */
  ratio?: number;
  note?: string;
};

export type Goal = { name: string; measured: number; limit: number; unit: string };

/** Runs every side once a round, in turn, and returns each side's median in milliseconds. */
export async function sideBySide(
  sides: Record<string, () => unknown>,
  rounds: number,
): Promise<Record<string, number>> {
  const times: Record<string, number[]> = {};
  for (const [name, run] of Object.entries(sides)) {
    times[name] = [];
    await run();
  }
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(sides)) {
      const started = performance.now();
      await run();
      times[name].push(performance.now() - started);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]));
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

export function geometricMean(values: number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

export function printGroup(title: string, times: Record<string, number>): void {
  console.log(`\n${title}`);
  const first = Object.values(times)[0];
  const width = Math.max(...Object.keys(times).map((name) => name.length));
  for (const [name, ms] of Object.entries(times)) {
    console.log(
      `  ${name.padEnd(width)}  ${ms.toFixed(2).padStart(9)} ms  ${(ms / first).toFixed(2).padStart(7)} ×`,
    );
  }
}

export function printGoals(goals: Goal[]): void {
  console.log("\nGoals");
  const width = Math.max(...goals.map((goal) => goal.name.length));
  for (const { name, measured, limit, unit } of goals) {
    const verdict = measured <= limit ? "met" : "MISSED";
    console.log(
      `  ${name.padEnd(width)}  ${measured.toFixed(2).padStart(9)} ${unit.padEnd(2)} of ${String(limit).padStart(6)}  ${verdict}`,
    );
  }
}

/** A benchmark that computes the wrong thing fast is worthless: every side is compared before it is timed. */
export function requireClose(
  name: string,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  tolerance = 1e-9,
): void {
  if (a.length !== b.length) throw new Error(`${name}: ${a.length} values against ${b.length}`);
  for (let i = 0; i < a.length; i++) {
    if (Number.isNaN(a[i]) && Number.isNaN(b[i])) continue;
    if (!(Math.abs(a[i] - b[i]) <= tolerance * Math.max(1, Math.abs(b[i])))) {
      throw new Error(`${name}: ${a[i]} against ${b[i]} at ${i}`);
    }
  }
}
