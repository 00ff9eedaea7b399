import { EngineError } from "#engine/core/errors.ts";
import { type CandleField, type ColumnMap, DIALECTS, type Dialect, FIELD_NAMES } from "./dialects.ts";
import type { TextRow } from "./table.ts";

/** Where the fields of a candle stand in the rows of a text file. */
export type Layout = {
  dialect: Dialect;
  /** Rows before the first candle: addresses, header. */
  skip: number;
  columns: Partial<Record<CandleField, number>>;
  /** How messages call each column. */
  names: string[];
  exchange?: string;
  market?: string;
  notes: string[];
};

export type LayoutOptions = {
  /** Named by the user; found out from the content otherwise. */
  dialect?: Dialect;
  map?: ColumnMap;
};

/** Finds out how a text file is laid out, from its first rows and the order of prices in all of them. */
export function detectLayout(rows: readonly TextRow[], { dialect, map }: LayoutOptions = {}): Layout {
  const skipped = rows.findIndex((row) => row.fields.length >= 5);
  if (skipped < 0 || skipped > 5) throw notCandles(rows);
  const first = rows[skipped];
  const isHeader =
    first.fields.filter(isNumber).length === 0 || first.fields.some((text) => /^<?open/i.test(text));
  if (map !== undefined) return mapped(first.fields, skipped, isHeader, map);
  const layout = isHeader
    ? headerLayout(first.fields, skipped, rows)
    : headerlessLayout(rows.slice(skipped), skipped, dialect);
  if (dialect !== undefined && layout.dialect !== dialect) {
    // A header decides where the columns are, whatever the file is called.
    if (isHeader && dialect === "header") return { ...layout, dialect };
    throw new EngineError(
      "import.wrong-dialect",
      `The file does not look like ${DIALECTS[dialect]}; it looks like ${DIALECTS[layout.dialect]}. Leave the dialect out, or name the columns.`,
      { given: dialect, found: layout.dialect },
    );
  }
  return layout;
}

/** Finds the fields of a candle by the columns' names, or by the map that the user gave. */
export function columnsByName(given: readonly string[], map?: ColumnMap, symbol?: string): Layout["columns"] {
  const names = given.map((name, k) => cleanName(name) || (map === undefined ? "" : `${k + 1}`));
  if (map !== undefined) return mappedColumns(names, map);
  const lower = names.map((name) => name.toLowerCase());
  const columns: Layout["columns"] = {};
  for (const field of ["timestamp", "open", "high", "low", "close", "volume", "symbol"] as const) {
    const found = FIELD_NAMES[field].map((name) => lower.indexOf(name)).find((at) => at >= 0);
    if (found !== undefined) columns[field] = found;
  }
  const volume = columns.volume ?? volumeColumn(lower, symbol);
  if (volume !== undefined) columns.volume = volume;
  const [date, time] = [lower.indexOf("date"), lower.indexOf("time")];
  if (date >= 0 && time >= 0 && columns.timestamp === date) {
    delete columns.timestamp;
    Object.assign(columns, { date, time });
  }
  requireFields(columns, names);
  return columns;
}

/** MetaTrader writes `<DATE>`. */
function cleanName(name: string): string {
  return name.replace(/^<|>$/g, "").trim();
}

export const NO_VOLUME = "The file has no volume column: volume is 0.";

function headerLayout(header: readonly string[], skipped: number, rows: readonly TextRow[]): Layout {
  const names = header.map((text, k) => cleanName(text) || `${k + 1}`);
  const lower = names.map((name) => name.toLowerCase());
  const symbolColumn = FIELD_NAMES.symbol.map((name) => lower.indexOf(name)).find((at) => at >= 0);
  const columns = columnsByName(header, undefined, rows[skipped + 1]?.fields[symbolColumn ?? -1]);
  const notes = columns.volume === undefined ? [NO_VOLUME] : [];
  const layout = { skip: skipped + 1, columns, names, notes };
  if (lower.includes("adj close") || lower.includes("adjclose")) {
    return {
      ...layout,
      dialect: "yahoo",
      exchange: "yahoo",
      market: "equity",
      notes: [...notes, "Prices are as traded; the column of adjusted closes is left out."],
    };
  }
  if (
    lower.includes("unix") &&
    rows.slice(0, skipped).some((row) => /cryptodatadownload/i.test(row.fields.join()))
  ) {
    return { ...layout, dialect: "cryptodatadownload" };
  }
  if (lower[0] === "open_time" && lower.includes("close_time"))
    return { ...layout, dialect: "binance", exchange: "binance" };
  return { ...layout, dialect: "header" };
}

/** Of `volume btc` and `volume usdt`, the one in the base currency: the one that the symbol begins with. */
function volumeColumn(lower: readonly string[], symbol: string | undefined): number | undefined {
  const found = lower.flatMap((name, k) => (/^volume[ _]/.test(name) ? [k] : []));
  const base = found.find((k) => symbol?.toLowerCase().startsWith(lower[k].slice("volume ".length)));
  return base ?? found[0];
}

function requireFields(columns: Layout["columns"], names: readonly string[]): void {
  const needed: CandleField[] = ["open", "high", "low", "close"];
  const missing = needed.filter((field) => columns[field] === undefined);
  if (columns.timestamp === undefined && columns.date === undefined) missing.unshift("timestamp");
  if (missing.length === 0) return;
  throw new EngineError(
    "import.unknown-columns",
    `Cannot tell which column holds ${missing.join(", ")}; the file has ${names.map((name) => JSON.stringify(name)).join(", ")}. ` +
      `Name them, such as ${missing[0]}=${JSON.stringify(names.find((name) => name !== "") ?? "1")}.`,
    { missing, columns: names },
  );
}

function mapped(first: readonly string[], skipped: number, isHeader: boolean, map: ColumnMap): Layout {
  const names = first.map((text, k) => (isHeader ? cleanName(text) : "") || `${k + 1}`);
  const columns = mappedColumns(names, map);
  const notes = columns.volume === undefined ? ["No column is named for volume: volume is 0."] : [];
  return {
    dialect: isHeader ? "header" : "ohlcv",
    skip: skipped + (isHeader ? 1 : 0),
    columns,
    names,
    notes,
  };
}

function mappedColumns(names: readonly string[], map: ColumnMap): Layout["columns"] {
  const columns: Layout["columns"] = {};
  for (const [field, name] of Object.entries(map) as [CandleField, string][]) {
    const at = names.findIndex((candidate) => candidate.toLowerCase() === name.trim().toLowerCase());
    const byNumber = /^[1-9]\d*$/.test(name) && Number(name) <= names.length ? Number(name) - 1 : -1;
    const column = at >= 0 ? at : byNumber;
    if (column < 0) {
      throw new EngineError(
        "import.unknown-column",
        `The file has no column ${JSON.stringify(name)} for ${field}; it has ${names.map((known) => JSON.stringify(known)).join(", ")}.`,
        { field, given: name, columns: names },
      );
    }
    columns[field] = column;
  }
  requireFields(columns, names);
  return columns;
}

const STANDARD = { timestamp: 0, open: 1, high: 2, low: 3, close: 4, volume: 5 };

function headerlessLayout(rows: readonly TextRow[], skip: number, wanted: Dialect | undefined): Layout {
  const first = rows[0].fields;
  const base = { skip, columns: STANDARD, names: first.map((_, k) => `${k + 1}`), notes: [] };
  if (first.length >= 11 && Number(first[6]) > Number(first[0]))
    return { ...base, dialect: "binance", exchange: "binance" };
  if (first.length === 7) return { ...base, dialect: "kraken", exchange: "kraken" };
  if (first.length === 6) {
    const bitfinex: Layout = {
      ...base,
      dialect: "bitfinex",
      exchange: "bitfinex",
      columns: { ...STANDARD, close: 2, high: 3, low: 4 },
      notes: ["The columns are in Bitfinex's order: open, close, high, low."],
    };
    const plain: Layout = { ...base, dialect: "ohlcv" };
    if (wanted === "bitfinex") return bitfinex;
    if (wanted === "ohlcv") return plain;
    return orderByPrices(rows, plain, bitfinex);
  }
  if (first.length === 5) {
    const { volume: _, ...columns } = STANDARD;
    return { ...base, columns, dialect: "ohlcv", notes: [NO_VOLUME] };
  }
  throw notCandles(rows);
}

/** Without a header only the prices tell open-high-low-close from Bitfinex's open-close-high-low. */
function orderByPrices(rows: readonly TextRow[], plain: Layout, bitfinex: Layout): Layout {
  const broken = (layout: Layout): number => {
    const { open, high, low, close } = layout.columns as typeof STANDARD;
    let count = 0;
    for (const { fields } of rows) {
      const [o, h, l, c] = [open, high, low, close].map((column) => Number(fields[column]));
      if (h < Math.max(o, c, l) || l > Math.min(o, c)) count++;
    }
    return count;
  };
  const [asPlain, asBitfinex] = [broken(plain), broken(bitfinex)];
  if (asPlain < asBitfinex) return plain;
  if (asBitfinex < asPlain) return bitfinex;
  throw new EngineError(
    "import.ambiguous-order",
    "The file has no header, and its prices fit open-high-low-close as well as Bitfinex's open-close-high-low. Say which: ohlcv or bitfinex.",
    { choices: ["ohlcv", "bitfinex"] },
  );
}

function notCandles(rows: readonly TextRow[]): EngineError {
  const row = rows.find(({ fields }) => fields.length > 1) ?? rows[0];
  const looksLikeTrades =
    row !== undefined && (row.fields.length === 3 || row.fields.some((text) => /^(side|bid)$/i.test(text)));
  return new EngineError(
    "import.not-candles",
    `No candles found: line ${row?.line ?? 1} reads ${JSON.stringify(row?.fields.join(",").slice(0, 120) ?? "")}; expected time, open, high, low, close and volume.` +
      (looksLikeTrades ? " The file looks like trades or quotes, which cannot be imported as candles." : ""),
    { line: row?.line ?? 1, columns: row?.fields.length ?? 0 },
  );
}

function isNumber(text: string): boolean {
  return text !== "" && Number.isFinite(Number(text));
}
