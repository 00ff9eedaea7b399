/**
 * Freezes a value and everything that hangs on it: records, lists, functions, classes with their prototypes. Columns
 * (typed arrays cannot be frozen) and what JavaScript itself brings stay as they are.
 */
export function freezeDeep<T>(value: T): T {
  const left: unknown[] = [value];
  const seen = new Set<unknown>();
  while (left.length > 0) {
    const next = left.pop();
    if ((typeof next !== "object" && typeof next !== "function") || next === null) continue;
    if (seen.has(next) || ArrayBuffer.isView(next)) continue;
    seen.add(next);
    Object.freeze(next);
    for (const key of Reflect.ownKeys(next)) {
      const { value: held, get, set } = Reflect.getOwnPropertyDescriptor(next, key) ?? {};
      left.push(held, get, set);
    }
  }
  return value;
}
