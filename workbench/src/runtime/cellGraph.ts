import { nearestName } from "#engine/core/errors.ts";
import { isGlobal } from "./globals.ts";
import { namesOfTables } from "./linkTables.ts";
import { isEdited, type LiveCell } from "./liveCell.ts";
import type { CompiledCell } from "./types.ts";

/** A step along the names that cells read: the cell that gives a name. */
export type Step = { id: number; name: string };

/** Who gives and who reads which name, among the cells of a notebook and the library around them. */
export class CellGraph {
  readonly #cells: ReadonlyMap<number, LiveCell>;
  readonly #library: ReadonlySet<string>;
  #owners: Map<string, LiveCell[]> | undefined;
  #given: Set<string> | undefined;

  constructor(cells: ReadonlyMap<number, LiveCell>, library: Iterable<string>) {
    this.#cells = cells;
    this.#library = new Set(library);
  }

  /** To be called when a cell comes, goes, or gives other names than before. */
  namesChanged(): void {
    this.#owners = undefined;
    this.#given = undefined;
  }

  /** The cells whose running version gives a name: one, unless the name is given twice. */
  ownersOf(name: string): readonly LiveCell[] {
    this.#owners ??= ownersByName(this.#cells.values());
    return this.#owners.get(name) ?? [];
  }

  isKnown(name: string): boolean {
    return this.#library.has(name) || isGlobal(name) || this.#givenNames().has(name);
  }

  /** Names that cells give, or will once they run. */
  get given(): ReadonlySet<string> {
    return this.#givenNames();
  }

  /** The names that a cell reads, those of a statement's tables included. */
  readsOf(compiled: CompiledCell | undefined): string[] {
    if (compiled === undefined) return [];
    return [...new Set([...compiled.reads, ...namesOfTables(compiled, this.#givenNames())])];
  }

  /** The known name that one most likely meant. */
  nearest(name: string): string | undefined {
    return nearestName(name, [...this.#givenNames(), ...this.#library]);
  }

  /** Cells whose value is older than their text, or than that of a cell they read from. */
  staleCells(): Set<number> {
    const stale = new Set<number>();
    const names = new Set<string>();
    const mark = ({ source, definition, compiled }: LiveCell): void => {
      stale.add(source.id);
      for (const name of definition?.defines ?? []) names.add(name);
      for (const name of compiled?.defines ?? []) names.add(name);
    };
    for (const cell of this.#cells.values()) {
      if (cell.definition && (isEdited(cell) || cell.definition.isStopped)) mark(cell);
    }
    for (let before = -1; before < stale.size; ) {
      before = stale.size;
      for (const cell of this.#cells.values()) {
        if (stale.has(cell.source.id)) continue;
        if (cell.definition?.compiled.reads.some((name) => names.has(name))) mark(cell);
      }
    }
    return stale;
  }

  /** The cells that never ran and give, directly or through others, what this one reads. */
  neverRunBefore(start: LiveCell): number[] {
    const found = new Set<LiveCell>([start]);
    for (const cell of found) {
      for (const owner of this.#cells.values()) {
        if (owner.definition || !owner.compiled) continue;
        const reads = this.readsOf(cell.compiled);
        if (reads.some((name) => owner.compiled?.defines.includes(name))) found.add(owner);
      }
    }
    found.delete(start);
    return [...found].map(({ source }) => source.id);
  }

  /** The shortest way along the names that cells read from a cell back to itself; empty when there is none. */
  circleFrom(start: LiveCell): Step[] {
    const queue: { cell: LiveCell; path: Step[] }[] = [{ cell: start, path: [] }];
    const seen = new Set<LiveCell>();
    for (const { cell, path } of queue) {
      for (const name of cell.definition?.compiled.reads ?? []) {
        const [owner] = this.ownersOf(name);
        if (owner === undefined || seen.has(owner)) continue;
        seen.add(owner);
        const longer = [...path, { id: owner.source.id, name }];
        if (owner === start) return longer;
        queue.push({ cell: owner, path: longer });
      }
    }
    return [];
  }

  #givenNames(): Set<string> {
    this.#given ??= new Set(
      [...this.#cells.values()].flatMap(({ definition, compiled }) => [
        ...(definition?.defines ?? []),
        ...(compiled?.defines ?? []),
      ]),
    );
    return this.#given;
  }
}

function ownersByName(cells: Iterable<LiveCell>): Map<string, LiveCell[]> {
  const owners = new Map<string, LiveCell[]>();
  for (const cell of cells) {
    for (const name of cell.definition?.defines ?? []) {
      const others = owners.get(name);
      if (others) others.push(cell);
      else owners.set(name, [cell]);
    }
  }
  return owners;
}
