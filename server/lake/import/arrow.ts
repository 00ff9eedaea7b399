import { type Table, tableFromIPC, type Vector } from "apache-arrow";
import { newColumns } from "#engine/candles/build.ts";
import { EngineError } from "#engine/core/errors.ts";
import { withoutCompression } from "./arrowBuffers.ts";
import type { ColumnMap } from "./dialects.ts";
import { columnsByName, NO_VOLUME } from "./layout.ts";
import { Problems } from "./problem.ts";
import type { RawCandles } from "./raw.ts";
import { detectDateFormat, timeReader } from "./times.ts";

/** Reads candles from an Arrow file (feather v2) or stream. */
export function readArrow(
  bytes: Uint8Array,
  fileName: string,
  { map }: { map?: ColumnMap | undefined } = {},
): RawCandles {
  const table = openTable(bytes, fileName);
  const names = table.schema.fields.map((field) => field.name);
  const fields = columnsByName(names, map);
  const columns = newColumns(table.numRows);
  const problems = new Problems(fileName);
  const timeColumn = fields.timestamp ?? fields.date ?? 0;
  fillTimes(columns.timestamp, vectorAt(table, timeColumn), names[timeColumn], problems);
  for (const name of ["open", "high", "low", "close", "volume"] as const) {
    const column = fields[name];
    if (column === undefined) continue;
    const vector = vectorAt(table, column);
    for (let i = 0; i < vector.length; i++) {
      const value: unknown = vector.get(i);
      columns[name][i] = typeof value === "number" || typeof value === "bigint" ? Number(value) : Number.NaN;
      if (!Number.isFinite(columns[name][i])) {
        problems.add({
          code: "import.not-a-number",
          column: names[column],
          given: String(value),
          expected: `a number for ${name} in row ${i + 1}`,
        });
      }
    }
  }
  problems.throwIfAny();
  const mapping = Object.fromEntries(Object.entries(fields).map(([field, k]) => [field, names[k]]));
  return { columns, dialect: "arrow", notes: fields.volume === undefined ? [NO_VOLUME] : [], mapping };
}

function openTable(bytes: Uint8Array, fileName: string): Table {
  try {
    return tableFromIPC(withoutCompression(bytes));
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError(
      "import.corrupt-file",
      `${fileName} cannot be read as Arrow (${cause instanceof Error ? cause.message : String(cause)}). Get the file again.`,
      { file: fileName },
      { cause },
    );
  }
}

function vectorAt(table: Table, column: number): Vector {
  const vector = table.getChildAt(column);
  if (vector === null)
    throw new EngineError("import.corrupt-file", `The Arrow file has no column ${column + 1}.`);
  return vector;
}

/** Arrow's timestamps and dates come as milliseconds whatever their unit; whole numbers and texts are read as in a CSV. */
function fillTimes(timestamp: Float64Array, vector: Vector, name: string, problems: Problems): void {
  const values = Array.from(vector, (value: unknown) => value);
  const first = values.find((value) => value !== null);
  const isText = typeof first === "string" || typeof first === "bigint";
  const texts = isText ? values.map(String) : [];
  const format = isText ? detectDateFormat(texts) : undefined;
  const read = format === undefined ? undefined : timeReader(format);
  values.forEach((value, i) => {
    const time =
      read === undefined ? (typeof value === "number" ? Math.floor(value) : Number.NaN) : read(texts[i]);
    timestamp[i] = time;
    if (!Number.isFinite(time))
      problems.add({
        code: "import.bad-time",
        column: name,
        given: String(value),
        expected: `a time in row ${i + 1}`,
      });
  });
}
