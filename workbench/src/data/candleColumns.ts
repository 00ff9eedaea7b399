import { DataType, type Table, TimeUnit } from "apache-arrow";
import type { CANDLE_COLUMNS, CandleColumns } from "#engine/candles/candles.ts";
import { EngineError } from "#engine/core/errors.ts";

/** The columns of candles out of an Arrow table; `timestamp` becomes UTC milliseconds. */
export function columnsOf(table: Table): CandleColumns {
  const column = (name: (typeof CANDLE_COLUMNS)[number]): Float64Array => {
    const vector = table.getChild(name);
    if (vector === null) {
      throw new EngineError(
        "lake.corrupt-file",
        `A file of the lake has no column "${name}". Import it again.`,
        { name },
      );
    }
    if (!(name === "timestamp" ? isMilliseconds(vector.type) : DataType.isFloat(vector.type))) {
      const expected = name === "timestamp" ? "milliseconds" : "floating point numbers";
      throw new EngineError(
        "lake.corrupt-file",
        `Column "${name}" of a file of the lake is ${vector.type}; expected ${expected}. Import it again.`,
        { name, type: String(vector.type) },
      );
    }
    const out = new Float64Array(table.numRows);
    let row = 0;
    for (const { values, length } of vector.data) {
      if (values instanceof BigInt64Array) putMilliseconds(values.subarray(0, length), out, row);
      else out.set((values as Float64Array).subarray(0, length), row);
      row += length;
    }
    return out;
  };
  return {
    timestamp: column("timestamp"),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: column("volume"),
  };
}

function isMilliseconds(type: DataType): boolean {
  return DataType.isTimestamp(type) && type.unit === TimeUnit.MILLISECOND;
}

/** Halves of 32 bits instead of one BigInt per row: exact to 2^53, and ten times as fast. */
function putMilliseconds(values: BigInt64Array, out: Float64Array, offset: number): void {
  const halves = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  for (let i = 0; i < values.length; i++) {
    out[offset + i] = halves[2 * i + 1] * 4294967296 + (halves[2 * i] >>> 0);
  }
}

/** Rows with open time in [fromMs, toMs) of consecutive pieces, in fresh memory that may be given away. */
export function joinColumns(pieces: readonly CandleColumns[], fromMs: number, toMs: number): CandleColumns {
  const cuts = pieces.map(
    ({ timestamp }) => [lowerBound(timestamp, fromMs), lowerBound(timestamp, toMs)] as const,
  );
  const rows = cuts.reduce((sum, [from, to]) => sum + (to - from), 0);
  const column = (name: keyof CandleColumns): Float64Array => {
    const out = new Float64Array(rows);
    let row = 0;
    pieces.forEach((piece, i) => {
      const [from, to] = cuts[i];
      out.set(piece[name].subarray(from, to), row);
      row += to - from;
    });
    return out;
  };
  return {
    timestamp: column("timestamp"),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: column("volume"),
  };
}

/** Index of the first value that is not below `bound`. */
function lowerBound(ascending: Float64Array, bound: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
