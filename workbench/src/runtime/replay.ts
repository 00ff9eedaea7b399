import { EngineError } from "#engine/core/errors.ts";
import type { RunRecord } from "./definition.ts";
import { isGeneratorLike } from "./generators.ts";

/** Where an input of a cell that runs again comes from. */
export type ReplayInput =
  /** Another cell of the plan, by its place, and the name that it gives. */
  | { readonly name: string; readonly from: number; readonly export: string }
  /** A value that does not depend on data, or that a person chose: as it was. */
  | { readonly name: string; readonly value: unknown }
  /** The library's, or the run's own. */
  | { readonly name: string };

/** A cell that runs again: plain data, for a worker. */
export type ReplayCell = {
  readonly id: number;
  /** Source of a function of the inputs. */
  readonly body: string;
  readonly inputs: readonly ReplayInput[];
  /** Names that it gives. */
  readonly outputs: readonly string[];
};

/**
 * What makes some values again from other data: the cells that depend on data, each after those that it reads. What
 * does not depend on data stays as it was when the values were made.
 */
export type ReplayPlan = {
  readonly cells: readonly ReplayCell[];
  readonly targets: readonly { readonly cell: number; readonly name: string }[];
};

/** The library's functions that give data to a cell. */
const DATA = new Set(["candles", "universe"]);

/** A value, by the run of the cell that gave it and its name there. */
export type Given = { readonly name: string; readonly record: RunRecord };

/**
 * The plan that makes these values again, or undefined when none of them depends on data: then there is nothing to
 * change. Throws where a value depends on a cell that cannot run again.
 */
export function replayPlan(given: readonly Given[]): ReplayPlan | undefined {
  const cells: ReplayCell[] = [];
  const places = new Map<RunRecord, number>();
  const place = (record: RunRecord): number => {
    const known = places.get(record);
    if (known !== undefined) return known;
    const { cell, compiled, inputs } = record;
    if (compiled.body === undefined || cell.mode === "sql") throw notReplayable(record);
    const replayed = compiled.inputs.map((name): ReplayInput => {
      const input = inputs.get(name);
      if (input?.from === undefined) return { name };
      const { from, value } = input;
      const isFixed = isLive(from, name) || !dependsOnData(from);
      return isFixed && isPlain(value) ? { name, value } : { name, from: place(from), export: name };
    });
    cells.push({ id: cell.id, body: compiled.body, inputs: replayed, outputs: compiled.outputs });
    places.set(record, cells.length - 1);
    return cells.length - 1;
  };
  if (!given.some(({ record }) => dependsOnData(record))) return undefined;
  const targets = given.map(({ name, record }) => ({ cell: place(record), name }));
  return { cells, targets };
}

/** A slider's value, a choice: what a person set stays, whatever it was chosen from. */
function isLive(record: RunRecord, name: string): boolean {
  return isGeneratorLike(record.exports?.[name]);
}

/** Whether a run read data, itself or through the cells that it read. */
export function dependsOnData(record: RunRecord, seen = new Set<RunRecord>()): boolean {
  if (seen.has(record)) return false;
  seen.add(record);
  if (record.compiled.mode === "sql" || record.compiled.inputs.some((name) => DATA.has(name))) return true;
  return [...record.inputs].some(
    ([name, { from }]) => from !== undefined && !isLive(from, name) && dependsOnData(from, seen),
  );
}

/** Values of other cells that a run read and that are this one, or the fields of it: by their names there. */
export function givenOf(value: unknown, { inputs }: RunRecord): readonly Given[] | undefined {
  const find = (one: unknown): Given | undefined => {
    if ((typeof one !== "object" && typeof one !== "function") || one === null) return undefined;
    for (const [name, { value: known, from }] of inputs)
      if (known === one && from !== undefined) return { name, record: from };
    return undefined;
  };
  const whole = find(value);
  if (whole !== undefined) return [whole];
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return undefined;
  const parts = Object.values(value).map(find);
  return parts.length > 0 && parts.every((part) => part !== undefined) ? parts : undefined;
}

/** What a message can carry and nothing else: no code, no elements, no values of classes. */
function isPlain(value: unknown, parents: readonly unknown[] = []): boolean {
  if (typeof value === "function" || typeof value === "symbol") return false;
  if (value === null) return true;
  if (typeof value !== "object" || ArrayBuffer.isView(value) || value instanceof Date) return true;
  if (parents.includes(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== null && Object.getPrototypeOf(prototype) !== null) return false;
  return Object.values(value).every((field) => isPlain(field, [...parents, value]));
}

function notReplayable({ cell, compiled }: RunRecord): EngineError {
  const isSql = cell.mode === "sql";
  return new EngineError(
    isSql ? "leaks.sql-cell" : "leaks.not-replayable",
    isSql
      ? `leakProbe: cell ${cell.id} is SQL. What a query answers cannot be made again from a shortened past; compute the ` +
          "value from candles(…) or universe(…)."
      : `leakProbe: cell ${cell.id} (${compiled.mode}) cannot be run again on other data.`,
    { cell: cell.id, mode: compiled.mode },
  );
}
