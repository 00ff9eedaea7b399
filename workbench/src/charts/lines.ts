import { EngineError } from "#engine/core/errors.ts";
import type { LineStyleName } from "./surface.ts";

/** One column, or several under their names: `bollinger(close)` or `macd(close)` as they come. */
export type ChartColumns = Float64Array | Readonly<Record<string, Float64Array>>;

/** A line of the chart: where it is drawn and from which column. */
export type ChartLine = {
  /** Pane and name; the same key is the same line after an update. */
  readonly key: string;
  readonly name: string;
  /** 0 is the candles' pane. */
  readonly pane: number;
  /** Place in the list of line colours. */
  readonly colour: number;
  /** A column called `histogram` (MACD's) is drawn as bars from zero. */
  readonly style: LineStyleName;
  readonly values: Float64Array;
};

/** All lines of a chart, each column as long as the candles are. */
export function chartLines(
  rows: number,
  overlays: Readonly<Record<string, ChartColumns>>,
  panes: Readonly<Record<string, ChartColumns>>,
): ChartLine[] {
  const lines: ChartLine[] = [];
  let colour = 0;
  const add = (group: string, columns: ChartColumns, pane: number, restart: boolean): void => {
    if (restart) colour = 0;
    const named = isColumn(columns) ? { [group]: columns } : columns;
    for (const [name, values] of Object.entries(named)) {
      if (!isColumn(values) || values.length !== rows) throw notAColumn(group, name, values, rows);
      const label = name === group ? group : `${group} ${name}`;
      const style = name === "histogram" ? "histogram" : "line";
      lines.push({ key: `${pane}/${label}`, name: label, pane, colour: colour++, style, values });
    }
  };
  for (const [name, columns] of Object.entries(overlays)) add(name, columns, 0, false);
  Object.entries(panes).forEach(([name, columns], i) => {
    add(name, columns, i + 1, true);
  });
  return lines;
}

function isColumn(value: unknown): value is Float64Array {
  return value instanceof Float64Array;
}

function notAColumn(group: string, name: string, given: unknown, rows: number): EngineError {
  const what = isColumn(given) ? `a column of ${given.length} values` : `${typeof given}, not a Float64Array`;
  return new EngineError(
    "chart.not-a-column",
    `chart: "${name === group ? group : `${group}.${name}`}" is ${what}; expected one value for each of the ${rows} candles. ` +
      "Compute it from the candles that are drawn.",
    { name, group, rows, length: isColumn(given) ? given.length : null },
  );
}
