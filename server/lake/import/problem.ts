import { EngineError } from "#engine/core/errors.ts";

/** Something that cannot be read at one place of a file. */
export type ImportProblem = {
  code: string;
  /** Line in the file, the first being 1; undefined where a format has no lines. */
  line?: number;
  /** The column's name in the file, or its number where it has no names. */
  column?: string;
  /** The text that stands there. */
  given?: string;
  expected: string;
};

/** Problems that are spelled out in an error's details; the rest is only counted. */
const REPORTED_PROBLEMS = 20;

/** Collects everything that is wrong with a file, so that it can be mended in one go. */
export class Problems {
  readonly #reported: ImportProblem[] = [];
  #count = 0;

  constructor(readonly fileName: string) {}

  add(problem: ImportProblem): void {
    if (this.#reported.length < REPORTED_PROBLEMS) this.#reported.push(problem);
    this.#count++;
  }

  throwIfAny(): void {
    const [first] = this.#reported;
    if (first === undefined) return;
    const more = this.#count > 1 ? ` There are ${this.#count - 1} more such places.` : "";
    throw new EngineError(
      first.code,
      `${this.fileName}${placeOf(first)}: ${saidOf(first)} Nothing was imported.${more}`,
      {
        file: this.fileName,
        count: this.#count,
        problems: this.#reported,
        ...first,
      },
    );
  }
}

function placeOf({ line, column }: ImportProblem): string {
  return (line === undefined ? "" : `, line ${line}`) + (column === undefined ? "" : `, column "${column}"`);
}

function saidOf({ given, expected }: ImportProblem): string {
  return given === undefined ? expected : `got ${JSON.stringify(given)}; expected ${expected}.`;
}
