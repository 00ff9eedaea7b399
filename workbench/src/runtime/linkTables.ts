import type { RunRecord } from "./definition.ts";
import type { CompiledCell, SqlInput } from "./types.ts";

/** The cell's name that gives a table, `result` for `result.trades`; SQL does not mind capitals, code does. */
function giverOf(
  table: string,
  isGiven: (name: string) => boolean,
  given: Iterable<string>,
): string | undefined {
  const [head] = table.split(".");
  if (isGiven(head)) return head;
  for (const name of given) if (name.toLowerCase() === head.toLowerCase()) return name;
  return undefined;
}

/** The names of cells that a statement reads as tables, of all names that are given; its own result is none. */
export function namesOfTables({ tables = [], defines }: CompiledCell, given: ReadonlySet<string>): string[] {
  const others = [...given].filter((name) => !defines.includes(name));
  const known = new Set(others);
  const names = tables.flatMap((table) => giverOf(table, (name) => known.has(name), others) ?? []);
  return [...new Set(names)];
}

/** The cell with the names that it reads as tables among its inputs, as Observable's graph knows it. */
export function withTables(compiled: CompiledCell, given: ReadonlySet<string>): CompiledCell {
  const { inputs, reads } = compiled;
  const names = namesOfTables(compiled, given);
  const added = (before: string[]): string[] => [
    ...before,
    ...names.filter((name) => !before.includes(name)),
  ];
  return names.length === 0 ? compiled : { ...compiled, inputs: added(inputs), reads: added(reads) };
}

/** The tables of a run's statement with the values that they have in it. */
export function tableInputs({ compiled, inputs }: RunRecord): SqlInput[] {
  return (compiled.tables ?? []).flatMap((table): SqlInput[] => {
    const [head, field] = table.split(".");
    const name = giverOf(table, (one) => inputs.has(one), inputs.keys());
    const from = name === undefined ? undefined : inputs.get(name);
    // A value that is put in by its name is an input as well; only another cell's is a table.
    if (name === undefined || from?.from === undefined) return [];
    if (field === undefined) return [{ name: head, value: from.value }];
    return [{ schema: head, name: field, value: fieldOf(from.value, field) }];
  });
}

/** A field by its name, or by the one that differs in capitals alone. */
function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const own = Object.keys(value);
  const name = own.includes(field) ? field : own.find((one) => one.toLowerCase() === field.toLowerCase());
  return name === undefined ? undefined : (value as Record<string, unknown>)[name];
}
