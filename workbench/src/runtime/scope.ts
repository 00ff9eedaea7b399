import { LIBRARY_NAME, SITE_NAME, SQL_NAME } from "./cellNames.ts";
import { PerRun, type RunRecord, viewOf } from "./definition.ts";
import { input, Mutable, observe, queue } from "./generators.ts";
import { tableInputs } from "./linkTables.ts";
import { ident, sqlText } from "./sql.ts";
import type { RuntimeHost } from "./types.ts";

/** Told for each strategy that a cell defines: by which run, and by which of its `defineStrategy(…)` calls. */
export type NoteStrategy = (strategy: object, record: RunRecord, index: number) => void;

/** What is in scope in every cell without any other: definitions for Observable's runtime, made when asked for. */
export function scopeOf(host: RuntimeHost, noteStrategy: NoteStrategy): Record<string, () => unknown> {
  const { library, lazy = {}, perRun = {}, runSql, engineNames } = host;
  const scope: Record<string, () => unknown> = Object.create(null);
  const give = (name: string, value: unknown): void => {
    scope[name] = () => value;
  };
  give("Generators", Object.freeze({ input, observe, queue }));
  give("Mutable", Mutable);
  give("ident", ident);
  give("signal", new PerRun(({ signal }) => signal));
  for (const [name, value] of Object.entries(library)) give(name, value);
  for (const [name, make] of Object.entries(lazy)) scope[name] = make;
  for (const [name, make] of Object.entries(perRun)) give(name, new PerRun((run) => make(run)));
  give("display", new PerRun((_, { display }) => display));
  give("view", new PerRun((_, context) => (element: unknown) => viewOf(element, context)));
  const names = [...engineNames].filter((name) => Object.hasOwn(library, name));
  give(LIBRARY_NAME, Object.freeze(Object.fromEntries(names.map((name) => [name, library[name]]))));
  give(
    SQL_NAME,
    new PerRun(
      (run, { record }) =>
        (texts: string[], values: unknown[]) =>
          runSql(sqlText(texts, values), run, tableInputs(record)),
    ),
  );
  give(
    SITE_NAME,
    new PerRun(
      (_, { record }) =>
        (index: number, define: DefineStrategy): DefineStrategy =>
        (...given) => {
          const strategy = define(...given);
          if (typeof strategy === "object" && strategy !== null) noteStrategy(strategy, record, index);
          return strategy;
        },
    ),
  );
  return scope;
}

type DefineStrategy = (...given: unknown[]) => unknown;
