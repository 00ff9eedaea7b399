/** How much of other cells' values a strategy's text may hold, in bytes: what is more is data, not a setting. */
export const MAX_FROZEN_BYTES = 64 * 1024;

/** Says what stood in a value that is not plain data. */
export class NotPlain extends Error {
  constructor(readonly found: string) {
    super(found);
  }
}

const COLUMNS = [
  Float64Array,
  Float32Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
];

/**
 * Source text of an expression that gives the value again: null, booleans, numbers, texts, lists and records,
 * frozen at every level, and columns, which JavaScript cannot freeze. Other values throw `NotPlain`. The text
 * depends on the value alone, the order of a record's fields included.
 */
export function plainSource(value: unknown): string {
  return sourceOf(value, []);
}

function sourceOf(value: unknown, parents: object[]): string {
  if (value === undefined || value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "string") return textSource(value);
  if (typeof value !== "object") throw new NotPlain(`a ${typeof value}`);
  if (parents.includes(value)) throw new NotPlain("a reference to itself");
  const column = COLUMNS.find((type) => value instanceof type);
  if (column !== undefined) {
    return `${column.name}.of(${Array.from(value as Float64Array, (x) => sourceOf(x, parents)).join(", ")})`;
  }
  const within = [...parents, value];
  if (Array.isArray(value)) {
    const items = Array.from(value, (_, i) => sourceOf(fieldOf(value, String(i)), within));
    return `Object.freeze([${items.join(", ")}])`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new NotPlain(`a ${(prototype as object).constructor?.name || "value of a class"}`);
  }
  if (Object.getOwnPropertySymbols(value).length > 0)
    throw new NotPlain("a field without a text as its name");
  const fields = Object.keys(value).map(
    (name) => `${keySource(name)}: ${sourceOf(fieldOf(value, name), within)}`,
  );
  return `Object.freeze({${fields.length > 0 ? ` ${fields.join(", ")} ` : ""}})`;
}

/** A getter is code, and a gap in a list is none of the values that come back. */
function fieldOf(holder: object, name: string): unknown {
  const field = Object.getOwnPropertyDescriptor(holder, name);
  if (field === undefined) throw new NotPlain("a list with gaps");
  if (!("value" in field)) throw new NotPlain(`a computed field, ${name}`);
  return field.value;
}

/** `__proto__: x` would set the prototype; in brackets it is a field like others. */
function keySource(name: string): string {
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : textSource(name);
}

/** On one line whatever it holds, so that no line of the text can be mistaken for an import or an export. */
function textSource(text: string): string {
  return JSON.stringify(text).replace(/[\u2028\u2029]/g, (mark) =>
    mark === "\u2028" ? "\\u2028" : "\\u2029",
  );
}
