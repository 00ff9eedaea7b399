import { EngineError } from "../core/errors.ts";

/** What survives JSON unchanged: a strategy's memory is made of nothing else, so that a session can be resumed. */
export type PlainJson =
  | null
  | boolean
  | number
  | string
  | readonly PlainJson[]
  | { readonly [name: string]: PlainJson };

/** A frozen copy of `value`; what JSON would lose or change (NaN, undefined, dates, functions, maps) is an error. */
export function plainJson(value: unknown, what: string): PlainJson {
  return copy(value, what, what, []);
}

function copy(value: unknown, what: string, path: string, parents: readonly object[]): PlainJson {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "object" && parents.includes(value))
    throw notPlain(what, path, "a reference to itself");
  if (Array.isArray(value)) {
    const within = [...parents, value];
    return Object.freeze(value.map((item: unknown, i) => copy(item, what, `${path}[${i}]`, within)));
  }
  if (typeof value === "object" && isPlainObject(value)) {
    const within = [...parents, value];
    const entries = Object.entries(value).map(
      ([k, item]) => [k, copy(item, what, `${path}.${k}`, within)] as const,
    );
    return Object.freeze(Object.fromEntries(entries));
  }
  throw notPlain(
    what,
    path,
    typeof value === "object" ? (value.constructor?.name ?? "an object") : String(value),
  );
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // A module that was linked elsewhere has an Object of its own, hence no comparison with Object.prototype alone.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function notPlain(what: string, path: string, given: string): EngineError {
  return new EngineError(
    "strategy.state-not-plain",
    `${what} holds ${given} at ${path}; expected plain JSON: null, booleans, finite numbers, texts, lists and records.`,
    { path, given },
  );
}
