import { EngineError, nearestName } from "#engine/core/errors.ts";

/** DuckDB's words for memory that ran out, its own and the WebAssembly engine's. */
const OUT_OF_MEMORY =
  /out of memory|cannot allocate|memory access out of bounds|failed to allocate|bad_alloc|array buffer allocation|Aborted\(/i;
const MISSING_TABLE = /Table with name "?([^\s"]+)"? does not exist/;

/** The table that a failure says is missing, by the name DuckDB gives it (without schema). */
export function missingTable(message: string): string | undefined {
  return MISSING_TABLE.exec(message)?.[1]?.toLowerCase();
}

export function isOutOfMemory(message: string): boolean {
  return OUT_OF_MEMORY.test(message);
}

/** DuckDB's failure in our words: what was asked, what there is, and how to mend it. */
export function sqlFailure(
  message: string,
  asked: readonly { schema: string | undefined; name: string }[],
  known: readonly string[],
): EngineError {
  if (isOutOfMemory(message)) {
    return new EngineError(
      "sql.out-of-memory",
      "The statement needs more memory than the browser's database has (2 GB). Select fewer columns, a shorter " +
        "span or fewer symbols, or aggregate before sorting or joining. The database was started afresh.",
      { reason: firstLine(message) },
    );
  }
  const missing = missingTable(message);
  if (missing !== undefined) {
    const as = asked.find(({ name }) => name === missing);
    const given = as?.schema === undefined ? missing : `${as.schema}.${missing}`;
    // A bare name is most likely a table whose schema was left out.
    const nearest = known.find((name) => name.endsWith(`.${given}`)) ?? nearestName(given, known);
    return new EngineError(
      "sql.unknown-table",
      `There is no table ${given}.` +
        (nearest ? ` The nearest name is ${nearest}.` : " See lake.series for what there is."),
      { given, nearest },
    );
  }
  const position = /LINE (\d+):/.exec(message);
  return new EngineError("sql.failed", plain(message), position ? { line: Number(position[1]) } : {});
}

/** Without the C++ class of the failure in front and the marked line behind: the editor marks the line itself. */
function plain(message: string): string {
  return message
    .replace(/\n+LINE \d+:[\s\S]*$/, "")
    .replace(/^(?:Error: )?(\w+ )?Error: /, "")
    .trim();
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
