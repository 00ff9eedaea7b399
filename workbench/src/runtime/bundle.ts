import { EngineError, nearestName } from "#engine/core/errors.ts";
import { type StrategyModule, strategyModule } from "#engine/strategy/module.ts";
import { LIBRARY_NAME } from "./cellNames.ts";
import type { Origin, RunRecord } from "./definition.ts";
import { MAX_FROZEN_BYTES, NotPlain, plainSource } from "./plainSource.ts";
import { PURE_GLOBALS, refusedGlobal } from "./pureGlobals.ts";
import type { Defined } from "./script.ts";
import type { Impurity, Piece } from "./types.ts";

export type BundleOptions = {
  /** Names that a strategy may import from `"walkforward"`. */
  engineNames: ReadonlySet<string>;
  /** Names of the notebook's library besides, for an error that tells a page's function from an unknown name. */
  pageNames?: ReadonlySet<string>;
};

/**
 * The module text of a strategy, a loss or a capital rule that a cell defined: one import of the engine's names, values of other cells
 * frozen in, the declarations that it needs of its own and other cells, and the definition. The same cells with the
 * same values give the same text, whatever stands beside them.
 *
 * A plain value that crosses from one cell to another is frozen as it was when the definition was made; functions
 * and classes come along as code. In the definition's own cell everything comes as code.
 */
export function bundleDefined(origin: Origin, options: BundleOptions): StrategyModule {
  const site = origin.record.compiled.sites[origin.index];
  const bundle = new Bundle(origin.record, site.define, options);
  if (site.locals.length > 0) throw localNames(WHAT[site.define], site.locals, origin.record);
  bundle.refuse(site.impurities, origin.record);
  bundle.resolve(site.reads, origin.record);
  return strategyModule(bundle.text(site.text));
}

/** What errors call it. */
const WHAT: Record<Defined, string> = {
  defineStrategy: "strategy",
  defineLoss: "loss",
  defineCapital: "capital rule",
};

class Bundle {
  readonly #home: RunRecord;
  readonly #what: string;
  readonly #options: BundleOptions;
  /** Imported names by the name they have in the text. */
  readonly #imports = new Map<string, string>();
  readonly #constants = new Map<string, string>();
  /** In the order in which they must stand. */
  readonly #declarations = new Set<Piece>();
  readonly #names = new Map<string, RunRecord | "library">();
  readonly #open = new Set<Piece>();
  #frozenBytes = 0;

  constructor(home: RunRecord, define: Defined, options: BundleOptions) {
    this.#home = home;
    this.#what = WHAT[define];
    this.#options = options;
    // The text's own call.
    this.#import(define, define, home);
  }

  text(definition: string): string {
    const imports = [...this.#imports].map(([local, name]) =>
      local === name ? name : `${name} as ${local}`,
    );
    const constants = [...this.#constants].sort(byName).map(([name, text]) => `const ${name} = ${text};`);
    const declarations = [...this.#declarations].map(({ text }) => text);
    return [
      `import { ${imports.sort().join(", ")} } from "${LIBRARY_NAME}";`,
      ...constants,
      ...declarations,
      `export default ${definition};`,
      "",
    ].join("\n");
  }

  refuse(impurities: readonly Impurity[], record: RunRecord): void {
    const [first] = impurities;
    if (first) throw impure(this.#what, first, record);
  }

  /** Sees to it that every one of the names, as code of that cell means them, stands in the text. */
  resolve(names: readonly string[], record: RunRecord): void {
    for (const name of names) this.#resolve(name, record);
  }

  #resolve(name: string, record: RunRecord): void {
    const own = record.compiled.pieces.find((piece) => piece.names.includes(name));
    if (own !== undefined) {
      if (record !== this.#home && this.#freezeExport(name, record)) return;
      this.#declare(own, name, record);
      return;
    }
    const input = record.inputs.get(name);
    if (input?.from !== undefined) {
      this.#fromOtherCell(name, input.value, input.from);
    } else if (this.#options.engineNames.has(name)) {
      this.#import(name, name, record);
    } else if (!PURE_GLOBALS.has(name)) {
      throw impure(this.#what, this.#refused(name), record);
    }
  }

  #fromOtherCell(name: string, value: unknown, from: RunRecord): void {
    const piece = from.compiled.pieces.find(({ names }) => names.includes(name));
    if (this.#freeze(name, value, from, piece === undefined)) return;
    if (piece === undefined) throw notPlain(this.#what, name, from, "a value that is not plain data");
    this.#declare(piece, name, from);
  }

  /** A name of the same cell as a function that came along: its value is known, since that cell has finished. */
  #freezeExport(name: string, record: RunRecord): boolean {
    const { exports } = record;
    if (exports === undefined || !Object.hasOwn(exports, name)) return false;
    return this.#freeze(name, exports[name], record, false);
  }

  /** Freezes a plain value in. False for one that is code, and must come as code. */
  #freeze(name: string, value: unknown, from: RunRecord, mustBePlain: boolean): boolean {
    if (from.compiled.changed.includes(name) && typeof value === "function")
      throw changed(this.#what, name, from);
    if (this.#names.get(name) === from) return true;
    let source: string;
    try {
      source = plainSource(value);
    } catch (error) {
      if (!(error instanceof NotPlain)) throw error;
      if (mustBePlain) throw notPlain(this.#what, name, from, error.found);
      return false;
    }
    this.#claim(name, from);
    const bytes = new TextEncoder().encode(source).length;
    this.#frozenBytes += bytes;
    if (this.#frozenBytes > MAX_FROZEN_BYTES)
      throw tooLarge(this.#what, name, bytes, this.#frozenBytes, from);
    this.#constants.set(name, source);
    return true;
  }

  #declare(piece: Piece, name: string, record: RunRecord): void {
    if (this.#declarations.has(piece) || this.#open.has(piece)) return;
    if (piece.alias !== undefined) {
      if (!this.#options.engineNames.has(piece.alias))
        throw impure(this.#what, this.#refused(piece.alias), record);
      this.#import(name, piece.alias, record);
      return;
    }
    for (const declared of piece.names) {
      if (record.compiled.changed.includes(declared)) throw changed(this.#what, declared, record);
      this.#claim(declared, record);
      // One of several names of a pattern may have been frozen before; the pattern gives it too.
      this.#constants.delete(declared);
    }
    this.refuse(piece.impurities, record);
    // Functions may call each other in a circle; the one that was met first stands last.
    this.#open.add(piece);
    this.resolve(piece.reads, record);
    this.#open.delete(piece);
    this.#declarations.add(piece);
  }

  #import(local: string, name: string, record: RunRecord): void {
    if (this.#imports.get(local) === name) return;
    if (this.#names.has(local)) throw collision(this.#what, local, record);
    this.#names.set(local, "library");
    this.#imports.set(local, name);
  }

  #claim(name: string, record: RunRecord): void {
    const owner = this.#names.get(name);
    if (owner !== undefined && owner !== record) throw collision(this.#what, name, record);
    this.#names.set(name, record);
  }

  #refused(name: string): Impurity {
    if (this.#options.pageNames?.has(name)) {
      const cure = "Do in another cell what needs it, and use the plain value here.";
      return {
        name,
        why: "it belongs to the notebook's page, which is not there where a strategy runs",
        cure,
      };
    }
    const refused = refusedGlobal(name);
    const nearest = name in globalThis ? undefined : nearestName(name, this.#options.engineNames);
    return nearest === undefined ? refused : { ...refused, cure: `Did you mean ${nearest}?` };
  }
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function impure(what: string, { name, why, cure }: Impurity, { cell }: RunRecord): EngineError {
  return new EngineError(
    "bundle.impure-name",
    `A ${what} cannot use ${name} (cell ${cell.id}): ${why}. ${cure}`,
    { name, cell: cell.id },
  );
}

function localNames(what: string, names: string[], { cell }: RunRecord): EngineError {
  return new EngineError(
    "bundle.local-name",
    `The ${what} in cell ${cell.id} uses ${names.join(", ")}, which belongs to the function around it and is not ` +
      `there where a strategy runs. Make it ${what !== "strategy" ? "" : "a parameter of the strategy, or "}a top-level value of the cell.`,
    { names, name: names[0], cell: cell.id },
  );
}

function changed(what: string, name: string, { cell }: RunRecord): EngineError {
  return new EngineError(
    "bundle.changed-name",
    `The ${what} uses ${name}, which code of cell ${cell.id} changes after it is declared: its module is ` +
      "frozen. Build the value in one expression, or keep what decide must remember in its state.",
    { name, cell: cell.id },
  );
}

function notPlain(what: string, name: string, { cell }: RunRecord, found: string): EngineError {
  return new EngineError(
    "bundle.not-plain",
    `The ${what} uses ${name} of cell ${cell.id}, which holds ${found}: it cannot be frozen into its text. ` +
      `Make it ${what !== "strategy" ? "" : "a parameter of the strategy, or "}a plain value: numbers, texts, lists and records of them.`,
    { name, cell: cell.id, found },
  );
}

function tooLarge(
  what: string,
  name: string,
  bytes: number,
  total: number,
  { cell }: RunRecord,
): EngineError {
  return new EngineError(
    "bundle.too-large",
    `The values that the ${what} takes from other cells come to ${total} bytes with ${name} of cell ${cell.id} ` +
      `(${bytes}); at most ${MAX_FROZEN_BYTES} are frozen in. Compute a smaller value there, or make it a feature.`,
    { name, cell: cell.id, bytes, total, most: MAX_FROZEN_BYTES },
  );
}

function collision(what: string, name: string, { cell }: RunRecord): EngineError {
  return new EngineError(
    "bundle.name-collision",
    `The ${what}'s code means two different things by ${name} (cell ${cell.id}): a cell's and the library's, or two ` +
      "cells'. Rename one of them.",
    { name, cell: cell.id },
  );
}
