import { describe, expect, test } from "vitest";
import * as engine from "#engine";
import { HIDDEN_NAMES, RUN_NAMES } from "#runtime/cellNames.ts";
import { compile } from "#runtime/compile.ts";
import { isGlobal } from "#runtime/globals.ts";
import { newCell, serialise } from "#runtime/notebook.ts";
import { libraryNames } from "#workbench/frame/libraryNames.ts";
import { documents, notebooks } from "./documents.ts";

const library = new Set(libraryNames({ ...engine }).map(({ name }) => name));
const inScope = (name: string): boolean =>
  library.has(name) || RUN_NAMES.has(name) || HIDDEN_NAMES.has(name) || isGlobal(name);

describe.each(notebooks)("$name", ({ source, text }) => {
  const cells = source.cells.map((cell) => compile(cell));

  test("is written as the workbench would write it, so that a copy differs by what was changed alone", () => {
    expect(serialise(source)).toBe(text);
  });

  test("has cells that compile", () => {
    expect(
      cells.filter(({ failure }) => failure !== undefined).map(({ id, failure }) => [id, failure]),
    ).toEqual([]);
  });

  test("defines each name once, and reads only names that are defined", () => {
    const defined = cells.flatMap(({ defines }) => defines);
    expect(defined.filter((name, i) => defined.indexOf(name) !== i)).toEqual([]);
    const unknown = cells.flatMap(({ id, reads }) =>
      reads.filter((name) => !defined.includes(name) && !inScope(name)).map((name) => `cell ${id}: ${name}`),
    );
    expect(unknown).toEqual([]);
  });

  test("begins with a heading, and asks nothing of the network", () => {
    expect(source.cells[0]).toMatchObject({ mode: "md", value: expect.stringMatching(/^# /) });
    const outside = source.cells.filter(
      ({ mode, value }) => mode !== "md" && /https?:\/\/|\bimport\b/.test(value),
    );
    expect(outside.map(({ id }) => id)).toEqual([]);
  });
});

describe("the readme", () => {
  const readme = documents.find(({ name }) => name === "README.md")?.text ?? "";

  test("shows a strategy that a cell would take", () => {
    const [, value] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
    const cell = compile({ ...newCell(1, "ts"), value });
    expect(cell.failure).toBeUndefined();
    expect(cell.reads.filter((name) => !inScope(name))).toEqual([]);
    expect(cell.sites.map(({ impurities, locals }) => [impurities, locals])).toEqual([[[], []]]);
  });

  test("lists names that are in scope in a cell", () => {
    const section = /## In a cell\n([\s\S]*?)\n## /.exec(readme)?.[1] ?? "";
    const names = [...section.matchAll(/^\| (.*?) \|/gm)].flatMap(([, first]) =>
      [...first.matchAll(/`([A-Za-z]+)/g)].map(([, name]) => name),
    );
    expect(names).toContain("bollinger");
    expect(names.filter((name) => !inScope(name))).toEqual([]);
  });
});

describe("the tour's strategy", () => {
  test("uses a slider and a helper of other cells, and may be bundled", () => {
    const tour = notebooks.find(({ name }) => name === "notebooks/tour.html");
    const cells = (tour?.source.cells ?? []).map((cell) => compile(cell));
    const site = cells.flatMap(({ sites }) => sites)[0];
    expect(site.impurities).toEqual([]);
    expect(site.locals).toEqual([]);
    const fromCells = site.reads.filter((name) => cells.some(({ defines }) => defines.includes(name)));
    expect(fromCells.sort()).toEqual(["aboveMedian", "surge"]);
  });
});
