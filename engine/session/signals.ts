/** Whether a value of a column of signals asks for something: neither 0 nor NaN. */
export function isSignal(value: number): boolean {
  return value > 0 || value < 0;
}
