/**
 * Which tables a statement reads, by the names in its FROM clauses: enough to know on which cells an SQL cell
 * depends. DuckDB's own parser is on the other side of the frame and knows only tables that exist.
 */

/** Comments and texts to pass over, then a quoted name, a bare name, and the signs that matter here. */
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|\$([A-Za-z_]\w*|)\$[\s\S]*?\$\1\$|"((?:[^"]|"")*)"|([\p{L}_][\p{L}\p{N}_$]*)|([.,();])|\S/gu;

type Token = { name?: string; word?: string; sign?: string };

/** What goes on inside one pair of brackets. */
type Level = {
  /** Within a FROM clause: a comma begins another table. */
  inFrom: boolean;
  /** The next name is a table's. */
  expectsTable: boolean;
  /** Within WITH, before its main statement: a comma begins another name. */
  inWith: boolean;
  expectsName: boolean;
  /** Of a function whose arguments are divided by FROM, as in `extract(year FROM time)`. */
  isCall: boolean;
};

const BEFORE_TABLE = new Set(["FROM", "JOIN", "SUMMARIZE", "DESCRIBE", "TABLE", "PIVOT", "UNPIVOT"]);
/** What may stand between FROM and a table's name. */
const MODIFIERS = new Set(["LATERAL", "ONLY", "RECURSIVE"]);
const ENDS_FROM = new Set(
  "SELECT WHERE GROUP ORDER HAVING LIMIT OFFSET QUALIFY WINDOW UNION EXCEPT INTERSECT VALUES".split(" "),
);
const STATEMENTS = new Set("SELECT FROM VALUES".split(" "));

/** A statement's value that is put in: stands where a table might, and is none. */
export const VALUE_MARK = " ? ";

/** The tables that a statement names, as `name` or `schema.name`, without those that it defines by WITH. */
export function tableNames(sql: string): string[] {
  const tokens = tokensOf(sql);
  const found = new Set<string>();
  const own = new Set<string>();
  const levels = [level(false, false)];
  let before = "";
  let twoBefore = "";
  for (let at = 0; at < tokens.length; at++) {
    const { name, word, sign } = tokens[at];
    const here = levels[levels.length - 1];
    if (sign === "(") {
      const isCall = /^(EXTRACT|SUBSTRING|TRIM|OVERLAY|POSITION)$/.test(before);
      levels.push(level(here.expectsTable, isCall));
      here.expectsTable = false;
    } else if (sign === ")") {
      if (levels.length > 1) levels.pop();
    } else if (sign === ",") {
      here.expectsTable = here.inFrom;
      here.expectsName = here.inWith;
    } else if (word === "WITH" && !here.inFrom) {
      here.inWith = true;
      here.expectsName = true;
    } else if (word !== undefined && BEFORE_TABLE.has(word) && beginsTables(word, here, before, twoBefore)) {
      here.inFrom = word === "FROM" || word === "JOIN" || here.inFrom;
      here.expectsTable = true;
      here.inWith = false;
    } else if (word !== undefined && ENDS_FROM.has(word)) {
      here.inFrom = false;
      here.expectsTable = false;
      if (STATEMENTS.has(word)) here.inWith = false;
    } else if (name !== undefined && here.expectsName && !MODIFIERS.has(word ?? "")) {
      own.add(name.toLowerCase());
      here.expectsName = false;
    } else if (name !== undefined && here.expectsTable && !MODIFIERS.has(word ?? "")) {
      const parts = [name];
      while (tokens[at + 1]?.sign === "." && tokens[at + 2]?.name !== undefined) {
        parts.push(tokens[at + 2].name as string);
        at += 2;
      }
      here.expectsTable = false;
      // A name before brackets is a function: `FROM range(10)`.
      if (tokens[at + 1]?.sign !== "(" && parts.length <= 2) found.add(parts.join("."));
    } else if (here.expectsTable) {
      // A text (a file's name) or a value that is put in stands where a table would.
      here.expectsTable = false;
    }
    twoBefore = before;
    before = word ?? sign ?? "";
  }
  return [...found].filter((name) => !own.has(name.toLowerCase()));
}

function level(expectsTable: boolean, isCall: boolean): Level {
  return { inFrom: expectsTable, expectsTable, inWith: false, expectsName: false, isCall };
}

/** Whether the word begins a list of tables here, and is not part of an expression or an alias. */
function beginsTables(word: string, { isCall }: Level, before: string, twoBefore: string): boolean {
  if (word === "FROM") return !isCall && !(before === "DISTINCT" && /^(IS|NOT)$/.test(twoBefore));
  if (word === "JOIN") return true;
  return before === "" || before === "(" || before === ")";
}

function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  for (const [token, , quoted, bare, sign] of sql.matchAll(TOKEN)) {
    if (token.startsWith("--") || token.startsWith("/*")) continue;
    if (quoted !== undefined) tokens.push({ name: quoted.replaceAll('""', '"') });
    else if (bare !== undefined) tokens.push({ name: bare, word: bare.toUpperCase() });
    else tokens.push({ sign: sign ?? "?" });
  }
  return tokens;
}
