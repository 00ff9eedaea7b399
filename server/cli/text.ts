/** Aligned columns of text, as a person reads them: words to the left, numbers to the right. */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { right = [] }: { right?: readonly number[] } = {},
): string {
  const all = [header, ...rows];
  const widths = header.map((_, k) => Math.max(...all.map((row) => row[k].length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, k) => (right.includes(k) ? cell.padStart(widths[k]) : cell.padEnd(widths[k])))
      .join("  ")
      .trimEnd();
  return [line(header), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

/** A fraction as percent with two decimals and its sign; what is undefined is a dash, never 0. */
export function signedPercent(fraction: number): string {
  if (Number.isNaN(fraction)) return "–";
  return `${fraction >= 0 ? "+" : "−"}${percent(Math.abs(fraction))}`;
}

export function percent(fraction: number): string {
  if (Number.isNaN(fraction)) return "–";
  return Number.isFinite(fraction) ? `${(fraction * 100).toFixed(2)}%` : "∞";
}

export function ratio(value: number): string {
  if (Number.isNaN(value)) return "–";
  return Number.isFinite(value) ? value.toFixed(2) : "∞";
}

/** A price with as many digits as it needs to be told from its neighbours. */
export function price(value: number): string {
  const decimals = value >= 1000 ? 2 : value >= 1 ? 4 : 6;
  return value.toFixed(decimals);
}

/** UTC to the minute: `2024-01-31 09:30`. */
export function minute(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16).replace("T", " ");
}

export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `4h`, `1d 12h`, `90m`: milliseconds in the units that a person typed them in. */
export function duration(milliseconds: number): string {
  const parts: string[] = [];
  let rest = milliseconds;
  for (const [unit, length] of [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
  ] as const) {
    if (rest < length) continue;
    parts.push(`${Math.floor(rest / length)}${unit}`);
    rest %= length;
  }
  if (rest > 0 || parts.length === 0) parts.push(`${rest}ms`);
  return parts.join(" ");
}
