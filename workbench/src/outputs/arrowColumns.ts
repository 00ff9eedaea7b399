import { type CellValue, type ColumnKind, cellValue, type TableColumn, type TableSource } from "./columns.ts";

/** As much of Arrow's table as is read here: known by its shape, so that no second copy of Arrow is pulled in. */
type ArrowTable = {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly { readonly name: string; readonly type: ArrowType }[] };
  getChildAt(index: number): ArrowVector | null;
};
type ArrowType = { readonly typeId: number; readonly scale?: number; readonly dictionary?: ArrowType };
type ArrowVector = {
  readonly length: number;
  readonly nullCount: number;
  readonly data: readonly { readonly values: unknown; readonly offset: number; readonly length: number }[];
  get(row: number): unknown;
};

/** Arrow's type numbers, as in its `enum Type`. */
const INT = 2;
const FLOAT = 3;
const BOOL = 6;
const DECIMAL = 7;
const DATE = 8;
const TIMESTAMP = 10;

export function isArrowTable(value: unknown): value is ArrowTable {
  if (typeof value !== "object" || value === null) return false;
  const table = value as Partial<ArrowTable>;
  return (
    typeof table.numRows === "number" &&
    Array.isArray(table.schema?.fields) &&
    typeof table.getChildAt === "function"
  );
}

export function arrowSource(table: ArrowTable): TableSource {
  const columns = table.schema.fields.map(({ name, type }, index): TableColumn => {
    const vector = table.getChildAt(index);
    return { name, kind: kindOf(type), at: vector === null ? () => null : reader(vector, type) };
  });
  return { rows: table.numRows, columns };
}

function kindOf(type: ArrowType): ColumnKind {
  switch (type.typeId) {
    case INT:
    case FLOAT:
    case DECIMAL:
      return "number";
    case BOOL:
      return "boolean";
    case DATE:
    case TIMESTAMP:
      return "time";
    default:
      return "text";
  }
}

function reader(vector: ArrowVector, type: ArrowType): (row: number) => CellValue {
  const [chunk] = vector.data;
  // One chunk of doubles without nulls is a plain array: no look-up of chunk and validity per row.
  if (
    type.typeId === FLOAT &&
    vector.data.length === 1 &&
    vector.nullCount === 0 &&
    chunk.values instanceof Float64Array
  ) {
    const values = chunk.values;
    return (row) => values[row];
  }
  if (type.typeId === DECIMAL) {
    const divisor = 10 ** (type.scale ?? 0);
    return (row) => {
      const words = vector.get(row);
      return words instanceof Uint32Array ? decimalValue(words) / divisor : null;
    };
  }
  return (row) => cellValue(vector.get(row));
}

/** A two's complement integer of little-endian 32-bit words, as the nearest double. */
function decimalValue(words: Uint32Array): number {
  const isNegative = words[words.length - 1] >= 0x80000000;
  let value = 0n;
  for (let i = words.length - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[i]);
  return Number(isNegative ? value - (1n << BigInt(32 * words.length)) : value);
}
