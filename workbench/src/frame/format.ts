const NARROW = "\u202f";

/** A duration as a person says it: `8 ms`, `1.24 s`, `2 min 5 s`. */
export function seconds(milliseconds: number): string {
  if (milliseconds < 1) return `<${NARROW}1${NARROW}ms`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)}${NARROW}ms`;
  const s = milliseconds / 1000;
  if (s < 60) return `${s.toFixed(s < 10 ? 2 : 1)}${NARROW}s`;
  return `${Math.floor(s / 60)}${NARROW}min ${Math.round(s % 60)}${NARROW}s`;
}

/** A whole number with thin spaces between the thousands. */
export function count(n: number): string {
  return Math.round(n)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, NARROW);
}

/** `1 cell`, `3 cells`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}
