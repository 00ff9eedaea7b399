/** One part of a dotted name and where it stands in the statement. */
export type NamedTable = { schema: string | undefined; name: string };

/** Strings, comments, quoted and bare identifiers, single signs; anything else is passed over. */
const TOKEN =
  /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|\$([A-Za-z_]\w*|)\$[\s\S]*?\$\1\$|"((?:[^"]|"")*)"|([\p{L}_][\p{L}\p{N}_$]*)|([.;])|\S/gu;

/**
 * Every dotted name that a statement holds, as its last two parts, lower case. More than its tables come
 * back (columns as well): the caller looks each up among the tables that exist. DuckDB's own `getTableNames`
 * leaves the schema out and gives up on joins over tables that are not loaded yet, so it cannot be asked first.
 */
export function dottedNames(sql: string): NamedTable[] {
  const names: NamedTable[] = [];
  let parts: string[] = [];
  let afterDot = false;
  const flush = () => {
    if (parts.length > 0) names.push({ schema: parts.at(-2), name: parts.at(-1) ?? "" });
    parts = [];
    afterDot = false;
  };
  for (const match of sql.matchAll(TOKEN)) {
    const [token, , quoted, bare, sign] = match;
    if (token.startsWith("--") || token.startsWith("/*")) continue;
    const name = quoted?.replaceAll('""', '"') ?? bare;
    if (name !== undefined) {
      if (!afterDot) flush();
      parts.push(name.toLowerCase());
      afterDot = false;
    } else if (sign === "." && parts.length > 0) afterDot = true;
    else flush();
  }
  flush();
  return names;
}

/** True when the text holds more than one statement; a semicolon at the very end is not a second one. */
export function hasSecondStatement(sql: string): boolean {
  let ended = false;
  for (const [token, , , , sign] of sql.matchAll(TOKEN)) {
    if (token.startsWith("--") || token.startsWith("/*")) continue;
    if (sign === ";") ended = true;
    else if (ended) return true;
  }
  return false;
}

/** The first word of a statement, upper case; empty for a statement of comments only. */
export function firstWord(sql: string): string {
  for (const [token, , , bare] of sql.matchAll(TOKEN)) {
    if (token.startsWith("--") || token.startsWith("/*") || token === "(") continue;
    return bare?.toUpperCase() ?? "";
  }
  return "";
}
