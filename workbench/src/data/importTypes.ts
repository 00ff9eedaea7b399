import type { Candle } from "#engine/candles/candles.ts";
import type { CandleFinding, CandleFindingKind } from "#engine/candles/validate.ts";
import type { Series } from "#server/contract.ts";

/** A candle that the lake or the file itself has with other values. */
export type ImportConflict = { timestamp: number; stored: Candle; given: Candle };

/** What the server says of a file before it is imported (`server/lake/import/importFile.ts` has the same shape). */
export type ImportPreview = {
  file: string;
  dialect: string;
  /** The dialect in words. */
  dialectTitle: string;
  /** Candle field to the file's own name of the column. */
  mapping: Record<string, string>;
  exchange: string;
  market: string;
  /** Null when neither the file nor its name tells. */
  symbol: string | null;
  timeframe: string;
  rows: number;
  firstMs: number;
  lastMs: number;
  first: Candle[];
  notes: string[];
  duplicates: number;
  conflictCount: number;
  conflicts: ImportConflict[];
  findings: CandleFinding[];
  findingCounts: Partial<Record<CandleFindingKind, number>>;
};

export type ImportReport = Omit<ImportPreview, "first" | "symbol"> & {
  symbol: string;
  series: Series;
  added: number;
  identical: number;
  replaced: number;
  gaps: { count: number; missing: number };
};

/** What the person may tell about a file; what is left out is found out from it. */
export type ImportOptions = {
  exchange?: string;
  market?: string;
  symbol?: string;
  timeframe?: string;
  map?: Record<string, string>;
  onConflict?: "keep" | "replace";
};
