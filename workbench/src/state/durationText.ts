const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `90m`, `4h`, `1d`, `1d 12h` in milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const parts = text
    .trim()
    .toLowerCase()
    .split(/\s+(?=\d)/);
  let total = 0;
  for (const part of parts) {
    const match = /^(\d+(?:\.\d+)?)\s*([mhdw])$/.exec(part);
    if (match === null) return undefined;
    total += Number(match[1]) * UNITS[match[2]];
  }
  return Number.isInteger(total) && total > 0 ? total : undefined;
}

/** The shortest text that `parseDuration` reads back as the same: `4h`, `90m`, `1d 12h`. */
export function durationText(milliseconds: number): string {
  let rest = milliseconds;
  const parts: string[] = [];
  for (const unit of ["d", "h", "m"]) {
    const amount = Math.floor(rest / UNITS[unit]);
    if (amount > 0) parts.push(`${amount}${unit}`);
    rest -= amount * UNITS[unit];
  }
  return parts.join(" ") || "0m";
}
