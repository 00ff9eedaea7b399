import { expect, test } from "vitest";
import { EngineError } from "#engine/core/errors.ts";
import { chartLines } from "#workbench/charts/lines.ts";

const column = new Float64Array(5);

test("columns that belong together keep their names, a histogram is drawn as bars", () => {
  const lines = chartLines(
    5,
    { average: column },
    { macd: { macd: column, signal: column, histogram: column } },
  );
  expect(lines.map(({ name, pane, colour, style }) => ({ name, pane, colour, style }))).toEqual([
    { name: "average", pane: 0, colour: 0, style: "line" },
    { name: "macd", pane: 1, colour: 0, style: "line" },
    { name: "macd signal", pane: 1, colour: 1, style: "line" },
    { name: "macd histogram", pane: 1, colour: 2, style: "histogram" },
  ]);
});

test("a column of another length names itself and both lengths", () => {
  const wrong = (): unknown => chartLines(5, { average: new Float64Array(4) }, {});
  expect(wrong).toThrow(EngineError);
  expect(wrong).toThrow(/"average" is a column of 4 values.*5 candles/);
});
