import { describe, expect, test } from "vitest";
import { compile } from "#runtime/compile.ts";
import type { CellSource } from "#runtime/types.ts";
import { CellList } from "#workbench/frame/cellList.svelte.ts";
import { EMPTY_CODE, freeName, TEMPLATES, type TemplateContext } from "#workbench/frame/templates.ts";

function list(...ids: number[]): { cells: CellList; changes: { gone: number[]; typed: boolean }[] } {
  const changes: { gone: number[]; typed: boolean }[] = [];
  const cells = new CellList((change) => changes.push(change));
  cells.all = ids.map((id): CellSource => ({ id, mode: "ts", value: `${id}`, pinned: true, hidden: false }));
  return { cells, changes };
}

const order = ({ cells }: { cells: CellList }) => cells.all.map(({ id }) => id);

describe("the list of cells", () => {
  test("cells that move together keep their order and stop at the edge of the page", () => {
    const made = list(1, 2, 3, 4);
    made.cells.move([3, 4], -1);
    expect(order(made)).toEqual([1, 3, 4, 2]);
    made.cells.move([1, 3], -1);
    expect(order(made)).toEqual([1, 3, 4, 2]);
    made.cells.move([1, 3], 1);
    expect(order(made)).toEqual([4, 1, 3, 2]);
  });

  test("undo of a deletion tells which cells are back", () => {
    const made = list(1, 2, 3);
    expect(made.cells.remove([1, 3])).toBe(2);
    expect(made.changes).toEqual([{ gone: [1, 3], typed: false }]);
    expect(made.cells.undo()).toEqual([1, 3]);
    expect(order(made)).toEqual([1, 2, 3]);
  });

  test("an id is never given twice, not even that of a deleted cell", () => {
    const made = list(1, 2);
    made.cells.remove([2]);
    expect(made.cells.insert(0, EMPTY_CODE)).toBe(3);
  });

  test("typing is told as such and is no step to undo", () => {
    const made = list(1);
    made.cells.edit(1, "typed");
    expect(made.changes).toEqual([{ gone: [], typed: true }]);
    expect(made.cells.undo()).toEqual([]);
    expect(made.cells.get(1)?.value).toBe("typed");
  });

  test("pasting makes new cells of what was copied, as often as it is pasted", () => {
    const made = list(1, 2);
    made.cells.copy([1, 2]);
    expect(made.cells.paste(2)).toEqual([3, 4]);
    expect(made.cells.paste(4)).toEqual([5, 6]);
    expect(made.cells.get(6)?.value).toBe("2");
  });

  test("an empty name takes an SQL cell's name away", () => {
    const made = list(1);
    made.cells.setOutput(1, " rows ");
    expect(made.cells.get(1)?.output).toBe("rows");
    made.cells.setOutput(1, "");
    expect(made.cells.get(1)).not.toHaveProperty("output");
  });

  test("a change that changes nothing is no step to undo", () => {
    const made = list(1);
    made.cells.setMode([1], "ts");
    expect(made.changes).toEqual([]);
  });
});

describe("templates", () => {
  const series = {
    ...{ id: "simulated/spot/BTC/USDT/5m", exchange: "simulated", market: "spot", symbol: "BTC/USDT" },
    ...{ timeframe: "5m", rows: 10, firstMs: 0, lastMs: 1, simulated: true },
  };
  const empty: TemplateContext = { series: [], tables: [], taken: new Set() };
  const full: TemplateContext = {
    series: [series],
    tables: [{ name: "simulated.candles_5m", columns: [{ name: "symbol", type: "VARCHAR" }], rows: 10 }],
    taken: new Set(["prices", "length", "strategy", "evaluation", "average", "rows"]),
    candles: "prices",
    strategy: "strategy",
  };

  test.each(TEMPLATES.map((template) => [template.label, template] as const))(
    "%s compiles on an empty lake and on a full one, and defines no name that is taken",
    (_, template) => {
      for (const context of [empty, full]) {
        const compiled = compile({ id: 1, pinned: true, hidden: false, ...template.make(context) });
        expect(compiled.failure).toBeUndefined();
        expect(compiled.defines.filter((name) => context.taken.has(name))).toEqual([]);
      }
    },
  );

  test("a chart is of the candles that are there, else of the first series of the lake", () => {
    const chart = TEMPLATES.find(({ label }) => label === "Chart");
    expect(chart?.make(full).value).toContain("chart(prices)");
    expect(chart?.make({ ...full, candles: undefined, taken: new Set() }).value).toContain(
      'await candles("BTC/USDT", "1h", { exchange: "simulated" })',
    );
  });

  test("a taken name gets the first free number", () => {
    expect(freeName("a", new Set(["a", "a2"]))).toBe("a3");
  });
});
