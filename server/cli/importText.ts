import type { ImportPreview, ImportReport } from "../contract.ts";
import { count, minute, price, textTable } from "./text.ts";

/** What an import did, the remarkable things spelled out. */
export function importText(report: ImportReport): string {
  const { series, added, identical, replaced, conflictCount, conflicts, gaps } = report;
  const lines = [
    `Imported ${report.file} as ${series.id}  (${report.dialectTitle})`,
    `${count(added)} candles added, ${count(identical)} were there already, ${count(replaced)} replaced`,
    `the series now has ${count(series.rows)} candles from ${minute(series.firstMs)} to ${minute(series.lastMs)} UTC`,
  ];
  if (gaps.count > 0) lines.push(`${count(gaps.missing)} candles are missing in ${count(gaps.count)} gaps`);
  if (conflictCount > 0) {
    const fate =
      replaced > 0 ? "the file's values were taken" : "the stored values stand; --replace takes the file's";
    lines.push(`${count(conflictCount)} candles differ from what was stored: ${fate}`);
    for (const { timestamp, stored, given } of conflicts.slice(0, 5)) {
      lines.push(`  ${minute(timestamp)}  stored close ${price(stored.close)}, given ${price(given.close)}`);
    }
  }
  return [...lines, ...noticed(report)].join("\n");
}

/** What would be imported. */
export function previewText(preview: ImportPreview): string {
  const { exchange, market, symbol, timeframe, rows, firstMs, lastMs, mapping, first } = preview;
  const columns = Object.entries(mapping).map(([field, column]) => `${field} = ${column}`);
  const header = ["Open time (UTC)", "Open", "High", "Low", "Close", "Volume"];
  const candles = first.map((candle) => [
    minute(candle.timestamp),
    ...[candle.open, candle.high, candle.low, candle.close].map(price),
    String(candle.volume),
  ]);
  return [
    `${preview.file}: ${preview.dialectTitle}`,
    `${exchange} ${market} ${symbol ?? "(symbol unknown: give --symbol)"} ${timeframe}`,
    `${count(rows)} candles from ${minute(firstMs)} to ${minute(lastMs)} UTC`,
    ...(columns.length === 0 ? [] : [`columns: ${columns.join(", ")}`]),
    textTable(header, candles, { right: [1, 2, 3, 4, 5] }),
    ...noticed(preview),
    "Nothing was stored.",
  ].join("\n");
}

function noticed({
  notes,
  duplicates,
  findingCounts,
  findings,
}: Pick<ImportPreview, "notes" | "duplicates" | "findingCounts" | "findings">): string[] {
  const kinds = Object.entries(findingCounts).map(([kind, number]) => `${count(number)} ${kind}`);
  return [
    ...notes,
    ...(duplicates > 0 ? [`${count(duplicates)} rows repeat a candle of the file exactly`] : []),
    ...(kinds.length === 0 ? [] : [`found: ${kinds.join(", ")}`]),
    ...findings.slice(0, 5).map(({ timestamp, detail }) => `  ${minute(timestamp)}  ${detail}`),
  ];
}
