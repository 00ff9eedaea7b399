import type { EditorKnowledge, KnownName } from "../editor/completion.ts";
import type { SqlTable } from "../shell/protocol.ts";
import { heldTables } from "./heldTables.ts";
import { libraryNames } from "./libraryNames.ts";

type Source = {
  /** Names that cells define, with the type of their value where there is one. */
  cellNames(): { name: string; type?: string }[];
  library: Record<string, unknown>;
  value(name: string): unknown;
  /** Tables of the lake. */
  tables(): SqlTable[];
};

/** What the editors complete from: the library, the names of cells with their live values, the tables of both. */
export class Knowledge implements EditorKnowledge {
  readonly #source: Source;
  readonly #library: KnownName[];

  constructor(source: Source) {
    this.#source = source;
    this.#library = libraryNames(source.library);
  }

  names(): KnownName[] {
    const cells = this.#source
      .cellNames()
      .map(({ name, type }): KnownName => ({ name, kind: "cell", signature: type }));
    const own = new Set(cells.map(({ name }) => name));
    return [...cells, ...this.#library.filter(({ name }) => !own.has(name))];
  }

  scope(): Record<string, unknown> {
    return {
      Math,
      Number,
      Object,
      Array,
      Date,
      JSON,
      Promise,
      ...this.#source.library,
      ...Object.fromEntries(this.#live()),
    };
  }

  tables(): SqlTable[] {
    return [...this.#source.tables(), ...heldTables(this.#live())];
  }

  #live(): [string, unknown][] {
    return this.#source.cellNames().map(({ name }) => [name, this.#source.value(name)]);
  }
}
