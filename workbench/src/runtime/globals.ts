import { EngineError } from "#engine/core/errors.ts";

/**
 * Lower-case names of the browser that a cell may use. The many others (`close`, `open`, `name`, `status`,
 * `length`, `top` …) are a trader's own words: as globals they would turn a typing error into a puzzle.
 */
const LOWER_CASE = new Set(
  (
    "customElements getComputedStyle globalThis innerHeight innerWidth matchMedia queueMicrotask requestIdleCallback " +
    "cancelIdleCallback reportError structuredClone"
  ).split(" "),
);

/** Whether a free name that no cell and no library defines means something of the place we run in. */
export function isGlobal(name: string): boolean {
  return (/^[A-Z]/.test(name) || LOWER_CASE.has(name)) && name in globalThis;
}

export function globalValue(name: string): unknown {
  if (isGlobal(name)) return Reflect.get(globalThis, name);
  throw new EngineError("notebook.unknown-name", `${name} is not defined`, { name });
}
