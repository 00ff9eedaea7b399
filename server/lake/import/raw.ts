import type { CandleColumns } from "#engine/candles/candles.ts";
import type { Dialect } from "./dialects.ts";

/** Candles as they stand in a file: in its order, unchecked, with what the file says about itself. */
export type RawCandles = {
  columns: CandleColumns;
  /** The line of each row, for text files. */
  lines?: Uint32Array;
  dialect: Dialect;
  /** Things a person should know about how the file was read. */
  notes: string[];
  /** Candle field to the file's own name of the column. */
  mapping: Record<string, string>;
  symbol?: string | undefined;
  exchange?: string | undefined;
  market?: string | undefined;
};
