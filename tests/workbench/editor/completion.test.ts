import { CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { ensureSyntaxTree } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { tableFromArrays } from "apache-arrow";
import { describe, expect, it } from "vitest";
import { completionSources } from "#workbench/editor/completion.ts";
import { languageOf } from "#workbench/editor/languages.ts";
import { Knowledge } from "#workbench/frame/knowledge.ts";

const lake = [{ name: "simulated.btc_usdt_5m", columns: [{ name: "volume", type: "DOUBLE" }], rows: 1000 }];
const values: Record<string, unknown> = {
  result: {
    hash: "f00",
    trades: {
      rows: 2,
      columns: { profit: Float64Array.of(1, 2), symbol: { codes: Int32Array.of(0, 0), values: ["A"] } },
    },
    fills: { rows: 0, columns: { price: new Float64Array(0) } },
    metrics: { sharpe: 1 },
  },
  picked: tableFromArrays({ score: Float64Array.of(1, 2, 3), isGood: [true, false, true] }),
  people: [{ name: "Ada", born: 1815 }],
  Odd$: { a: [1], b: [2] },
  lists: { trades: [{ fee: 1 }], fills: [{ fee: 2 }] },
  trades: { rows: 1, columns: { fee: Float64Array.of(1) } },
  count: 5,
  nothing: undefined,
};
const knowledge = new Knowledge({
  cellNames: () => Object.keys(values).map((name) => ({ name })),
  library: {},
  value: (name) => values[name],
  tables: () => lake,
});

/** What the sources answer where the statement has a bar. */
async function resultsAt(marked: string, isExplicit = false): Promise<(CompletionResult | null)[]> {
  const state = EditorState.create({ doc: marked.replace("|", ""), extensions: [languageOf("sql") ?? []] });
  ensureSyntaxTree(state, state.doc.length, 5000);
  const context = new CompletionContext(state, marked.indexOf("|"), isExplicit);
  const results: (CompletionResult | null)[] = [];
  for (const source of completionSources("sql", knowledge)) results.push(await source(context));
  return results;
}

/** What begins as it was typed, with what stands beside it; words of SQL are left out. */
async function offered(marked: string, isExplicit = false): Promise<string[]> {
  const results = await resultsAt(marked, isExplicit);
  return results.flatMap((result) => {
    const typed = result === null ? "" : marked.slice(result.from, marked.indexOf("|")).toLowerCase();
    return (result?.options ?? [])
      .filter(({ label }) => label !== label.toUpperCase() && label.toLowerCase().startsWith(typed))
      .map(({ label, detail }) => (detail === undefined ? label : `${label} ${detail}`));
  });
}

/** All that is offered, whatever was typed of it. */
async function offeredOnly(marked: string): Promise<string[]> {
  return (await resultsAt(marked)).flatMap((result) => (result?.options ?? []).map(({ label }) => label));
}

describe("completion in an SQL cell", () => {
  it("offers what other cells hold beside the lake's schemas, and nothing that is no table", async () => {
    const names = await offered("SELECT * FROM |", true);
    expect(names.sort()).toEqual(
      [
        "Odd$ 1 rows",
        "lists 1 rows",
        "people 1 rows",
        "picked 3 rows",
        "result",
        "simulated",
        "trades 1 rows",
      ].sort(),
    );
  });

  it("offers the tables of a result after its name", async () => {
    expect(await offered("SELECT * FROM result.|")).toEqual(["trades 2 rows", "fills 0 rows"]);
    expect(await offered("SELECT * FROM result.tr|")).toEqual(["trades 2 rows"]);
  });

  it("offers a record of lists both as columns and as the tables that they are, and a table as one", async () => {
    expect(await offered("SELECT fe| FROM lists.trades")).toEqual(["fee number"]);
    expect(await offered("SELECT tr| FROM lists")).toEqual(["trades 1 rows", "trades text"]);
    expect(await offered("SELECT * FROM lists.|")).toEqual(["trades 1 rows", "fills 1 rows"]);
    expect(await offered("SELECT * FROM trades.|")).toEqual(["fee number"]);
  });

  it("offers a table's columns after its name, or after what the statement calls it", async () => {
    const columns = ["profit number", "symbol text"];
    expect(await offered("SELECT * FROM result.trades WHERE result.trades.|")).toEqual(columns);
    expect(await offered("SELECT t.| FROM result.trades AS t")).toEqual(columns);
    expect(await offered("SELECT picked.| FROM picked")).toEqual(["score number", "isGood boolean"]);
    expect(await offered("SELECT simulated.btc_usdt_5m.| FROM simulated.btc_usdt_5m")).toEqual([
      "volume DOUBLE",
    ]);
  });

  it("offers no word of SQL after a dot", async () => {
    expect(await offeredOnly("SELECT * FROM result.tr|")).toEqual(["trades", "fills"]);
    expect((await offeredOnly("SELECT * FROM pe|")).includes("PERCENT_RANK")).toBe(true);
  });

  it("offers the columns of all tables that the statement names where a bare name may stand", async () => {
    expect(await offered("SELECT pro| FROM result.trades")).toEqual(["profit number"]);
    expect(await offered("SELECT * FROM RESULT.TRADES JOIN people ON true WHERE bo|")).toEqual([
      "born number",
    ]);
    expect(await offered("SELECT vol| FROM simulated.btc_usdt_5m")).toEqual(["volume DOUBLE"]);
    expect(await offered("SELECT pro| FROM picked")).toEqual([]);
    expect(await offered("SELECT * FROM people JOIN na|")).toEqual([]);
    expect(await offered("SELECT 'na|' FROM people")).toEqual([]);
    expect(await offered(`SELECT $${"{na|}"} FROM people`)).toEqual([]);
  });
});
