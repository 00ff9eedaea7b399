import { DAY_MS, HOUR_MS, MINUTE_MS, monthOf, monthStart, SECOND_MS } from "./timeframe.ts";

/** `"2024-03-01 12:05 UTC"` for messages; seconds and milliseconds only where they are not zero. */
export function isoTime(timestamp: number): string {
  if (!Number.isFinite(timestamp)) return String(timestamp);
  const month = monthOf(timestamp);
  const day = 1 + Math.floor((timestamp - monthStart(month)) / DAY_MS);
  const inDay = timestamp - Math.floor(timestamp / DAY_MS) * DAY_MS;
  const clock = [Math.floor(inDay / HOUR_MS), Math.floor((inDay % HOUR_MS) / MINUTE_MS)].map(two).join(":");
  const restMs = inDay % MINUTE_MS;
  const seconds = restMs === 0 ? "" : `:${two(Math.floor(restMs / SECOND_MS))}`;
  const milliseconds = restMs % SECOND_MS === 0 ? "" : `.${String(restMs % SECOND_MS).padStart(3, "0")}`;
  return `${isoMonth(timestamp)}-${two(day)} ${clock}${seconds}${milliseconds} UTC`;
}

/** The month of a time as `"2024-03"`, UTC. */
export function isoMonth(timestamp: number): string {
  const month = monthOf(timestamp);
  const year = 1970 + Math.floor(month / 12);
  return `${String(year).padStart(4, "0")}-${two(1 + month - (year - 1970) * 12)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
