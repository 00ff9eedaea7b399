import { EngineError } from "#engine/core/errors.ts";

/** A name in SQL, quoted: what `ident("simulated.btc_usdt_5m")` gives to an interpolation. */
export class SqlIdentifier {
  constructor(readonly parts: readonly string[]) {}

  toString(): string {
    return this.parts.map((part) => `"${part.replace(/"/g, '""')}"`).join(".");
  }
}

/**
 * Marks text as the name of a table or column: `SELECT ${ident(column)} FROM ${ident("simulated.btc_usdt_5m")}`.
 * One text is split at its dots; several are taken as they are, so that a name may hold a dot.
 */
export function ident(...names: string[]): SqlIdentifier {
  const parts = names.length === 1 ? String(names[0]).split(".") : names.map(String);
  if (parts.length === 0 || parts.some((part) => part === "" || part.includes("\0"))) {
    throw new EngineError(
      "sql.bad-identifier",
      `ident(${names.map((name) => JSON.stringify(name)).join(", ")}): a part of the name is empty. ` +
        'Give a table or column, like ident("simulated.btc_usdt_5m").',
    );
  }
  return new SqlIdentifier(parts);
}

/**
 * One statement from the texts around its interpolations and their values: numbers, texts, booleans, dates
 * (as UTC timestamps), null, lists for `IN`, and `ident(…)`. Anything else is an error.
 */
export function sqlText(texts: readonly string[], values: readonly unknown[]): string {
  return texts.reduce((sql, text, i) => sql + quoted(values[i - 1], `interpolation ${i}`) + text);
}

function quoted(value: unknown, what: string): string {
  if (value instanceof SqlIdentifier) return value.toString();
  if (Array.isArray(value) || isColumn(value)) return list(Array.from(value), what);
  return scalar(value, what);
}

/** An empty list is an empty query, since SQL has no `IN ()`: in it is nothing, outside it everything. */
function list(items: unknown[], what: string): string {
  if (items.length === 0) return "(SELECT NULL WHERE FALSE)";
  return `(${items.map((item, i) => scalar(item, `item ${i + 1} of ${what}`)).join(", ")})`;
}

function scalar(value: unknown, what: string): string {
  if (value === null) return "NULL";
  if (typeof value === "number") return number(value);
  if (typeof value === "bigint") return value < 0n ? `(${value})` : String(value);
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (typeof value === "string") {
    if (value.includes("\0")) throw badValue(what, "text with a NUL character", "SQL texts cannot hold one.");
    return `'${value.replace(/'/g, "''")}'`;
  }
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw badValue(what, "an invalid date", "Give a date that exists.");
    return `TIMESTAMP '${value.toISOString().slice(0, 23).replace("T", " ")}'`;
  }
  if (value === undefined) throw badValue(what, "undefined", "Give null for an unknown value.");
  throw badValue(
    what,
    `${Object.prototype.toString.call(value).slice(8, -1)}`,
    "Give a number, text, boolean, date, a list of those, or ident(…) for a name.",
  );
}

/** Exact: written with an exponent a literal is read as a DOUBLE, without it as a DECIMAL of fewer digits. */
function number(value: number): string {
  if (!Number.isFinite(value)) return `'${value}'::DOUBLE`;
  if (Object.is(value, -0)) return "(-0e0)";
  const text = Number.isSafeInteger(value) ? String(value) : value.toExponential();
  // In brackets, or `1 -${-2}` would begin a comment.
  return value < 0 ? `(${text})` : text;
}

function isColumn(value: unknown): value is ArrayLike<number | bigint> {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function badValue(what: string, given: string, cure: string): EngineError {
  return new EngineError(
    "sql.bad-value",
    `The value of ${what} is ${given}, which SQL cannot take. ${cure}`,
    { given },
  );
}

/** What SQL text is inside of at its end: nothing, a quoted text or name, or a comment. */
export type SqlContext = "" | "text" | "name" | "comment";

/** The context at the end of each of the texts around a statement's interpolations. */
export function sqlContexts(texts: readonly string[]): SqlContext[] {
  const contexts: SqlContext[] = [];
  let close: string | undefined;
  let context: SqlContext = "";
  for (const text of texts) {
    for (let at = 0; at < text.length; ) {
      if (close === undefined) {
        const opened = /'|"|--|\/\*|\$(?:[A-Za-z_]\w*)?\$/g;
        opened.lastIndex = at;
        const match = opened.exec(text);
        if (match === null) break;
        const [mark] = match;
        context = mark === '"' ? "name" : mark === "--" || mark === "/*" ? "comment" : "text";
        close = mark === "--" ? "\n" : mark === "/*" ? "*/" : mark;
        at = match.index + mark.length;
      } else {
        const end = text.indexOf(close, at);
        if (end < 0) break;
        at = end + close.length;
        close = undefined;
        context = "";
      }
    }
    contexts.push(context);
  }
  return contexts;
}
