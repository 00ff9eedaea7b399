import { EngineError } from "#engine/core/errors.ts";
import { describe } from "./describe.ts";
import type { CellFailure, CompiledCell } from "./types.ts";

/** What a cell threw, with its place in the cell's own text where the stack knows it. */
export function failureOf(error: unknown, compiled: CompiledCell, sourceUrl: string): CellFailure {
  try {
    return error instanceof Error
      ? ofError(error, compiled, sourceUrl)
      : { message: `${thrown(error)} was thrown.` };
  } catch {
    // Reading a stranger's error may run his code. The cell failed; that much is sure, and the others go on.
    return { message: "Something was thrown that cannot be read." };
  }
}

function thrown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : `A value of type ${describe(value).type}`;
}

function ofError(error: Error, compiled: CompiledCell, sourceUrl: string): CellFailure {
  const failure: CellFailure = { message: String(error.message || error.name) };
  const { code, details } = error as Partial<EngineError>;
  if (typeof code === "string") failure.code = code;
  if (typeof details === "object") failure.details = JSON.parse(JSON.stringify(details));
  if (typeof error.stack === "string") {
    failure.stack = error.stack;
    const place = placeIn(error.stack, sourceUrl);
    const line = place && compiled.lines[place.line - 1];
    if (place && line) {
      failure.line = line;
      // TypeScript's printer moves columns, so there they would mislead.
      if (compiled.mode === "js") failure.column = place.column;
    }
  }
  return failure;
}

/** The innermost place of a stack that lies in the named source, 1-based. */
function placeIn(stack: string, sourceUrl: string): { line: number; column: number } | undefined {
  for (const line of stack.split("\n")) {
    const at = line.indexOf(`${sourceUrl}:`);
    if (at < 0) continue;
    const numbers = /^(\d+):(\d+)/.exec(line.slice(at + sourceUrl.length + 1));
    if (numbers) return { line: Number(numbers[1]), column: Number(numbers[2]) };
  }
  return undefined;
}

export function canceled(why: string): EngineError {
  return new EngineError("canceled", `${why} Run the cell again to get a result.`);
}

export function unknownName(name: string, nearest: string | undefined): CellFailure {
  return {
    code: "notebook.unknown-name",
    message:
      `\`${name}\` is defined by no cell and is not in the library.` +
      (nearest === undefined
        ? " Define it in a cell, or check its spelling."
        : ` Did you mean \`${nearest}\`?`),
    details: { name, nearest },
  };
}

export function unknownImport(name: string, nearest: string | undefined): CellFailure {
  return {
    code: "notebook.import-not-found",
    message:
      `"walkforward" has no \`${name}\`.` + (nearest === undefined ? "" : ` Did you mean \`${nearest}\`?`),
    details: { name, nearest },
  };
}

export function duplicateName(name: string, owners: number[]): CellFailure {
  return {
    code: "notebook.duplicate-name",
    message: `\`${name}\` is defined by cells ${inWords(owners)}. A name belongs to one cell: rename all but one.`,
    details: { name, cells: owners },
  };
}

export function circular(path: { id: number; name: string }[]): CellFailure {
  const steps = path.map(({ id, name }) => `\`${name}\` of cell ${id}`);
  return {
    code: "notebook.circular",
    message:
      `The cells wait for each other in a circle: this one reads ${steps.join(", which reads ")}. ` +
      "Take one of these names out of its cell.",
    details: { path },
  };
}

export function waitsFor(name: string, owner: number, cause: { id: number; name: string }): CellFailure {
  const where = cause.id === owner ? "" : `, which waits for \`${cause.name}\` of cell ${cause.id}`;
  return {
    code: "notebook.input-failed",
    message: `Waits for \`${name}\` of cell ${owner}${where}.`,
    causedBy: cause,
  };
}

function inWords(ids: number[]): string {
  return ids.length < 2 ? ids.join("") : `${ids.slice(0, -1).join(", ")} and ${ids[ids.length - 1]}`;
}
