const THIN_SPACE = "\u2009";
export const MISSING = "–";

/** Whole numbers with thin spaces between the thousands. */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, THIN_SPACE);
}

/** UTC day, `2024-03-01`. */
export function day(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 10) : MISSING;
}

/** UTC minute, `2024-03-01 05:00`. */
export function minute(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 16).replace("T", " ") : MISSING;
}

/** The clock on this person's wall, `12:04`. */
export function clock(ms: number): string {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(ms);
}

/** When a file was last changed: the clock for today, else the day, in local time. */
export function changed(ms: number, nowMs: number): string {
  const sameDay = new Date(ms).toDateString() === new Date(nowMs).toDateString();
  return sameDay ? clock(ms) : new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" }).format(ms);
}

export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  if (value < 1e6) return `${(value / 1e3).toFixed(0)} kB`;
  if (value < 1e9) return `${(value / 1e6).toFixed(value < 1e7 ? 1 : 0)} MB`;
  return `${(value / 1e9).toFixed(2)} GB`;
}

/** `40 s`, `3 min`, `1 h 20 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  const minutes = Math.round(seconds / 60);
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A fraction as percent with a true minus sign. */
export function percent(fraction: number, digits = 2): string {
  if (!Number.isFinite(fraction)) return MISSING;
  return `${signed((fraction * 100).toFixed(digits))} %`;
}

function signed(text: string): string {
  return text.startsWith("-") ? `−${text.slice(1)}` : text;
}
