import { LIBRARY_NAME, SITE_NAME, SQL_NAME } from "./cellNames.ts";
import { PerRun, type RunRecord, viewOf } from "./definition.ts";
import { input, Mutable, observe, queue } from "./generators.ts";
import { tableInputs } from "./linkTables.ts";
import { ident, sqlText } from "./sql.ts";
import type { RuntimeHost } from "./types.ts";

/** Told of each strategy and loss that a cell defines: by which run, and in which of its places. */
export type NoteDefined = (value: object, record: RunRecord, index: number) => void;

/** What is in scope in every cell without any other: definitions for Observable's runtime, made when asked for. */
export function scopeOf(host: RuntimeHost, noteDefined: NoteDefined): Record<string, () => unknown> {
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
        (index: number, define: Define): Define =>
        (...given) => {
          const value = define(...given);
          const isNoted = typeof value === "function" || (typeof value === "object" && value !== null);
          if (isNoted) noteDefined(value, record, index);
          return value;
        },
    ),
  );
  return scope;
}

type Define = (...given: unknown[]) => unknown;
