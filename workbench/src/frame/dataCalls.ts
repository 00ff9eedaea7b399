import type { Candles } from "#engine/candles/candles.ts";
import type { CellRun } from "#runtime/types.ts";
import type { DataCall } from "../workers/replay.ts";

type Call = { readonly call: DataCall["call"]; readonly args: string; given?: readonly Candles[] };

/** Remembers by which calls each cell got its candles in its latest run, so that it can be run again on others. */
export class DataCalls {
  readonly #cells = new Map<number, { run: number; calls: Call[] }>();

  /** Notes a call of a run; what it gives is passed on. */
  note<T extends Candles | Candles[]>(
    { id, run }: Pick<CellRun, "id" | "run">,
    call: DataCall["call"],
    args: readonly unknown[],
    given: Promise<T>,
  ): Promise<T> {
    let known = this.#cells.get(id);
    if (known === undefined || known.run !== run) this.#cells.set(id, (known = { run, calls: [] }));
    const noted: Call = { call, args: JSON.stringify(args) };
    known.calls.push(noted);
    return given.then((candles) => {
      noted.given = Array.isArray(candles) ? candles : [candles];
      return candles;
    });
  }

  /** The calls of some cells, over a list of all series that they gave: each series once. */
  of(ids: readonly number[], series: Candles[] = []): { calls: DataCall[]; series: Candles[] } {
    const calls = ids.flatMap((cell) =>
      (this.#cells.get(cell)?.calls ?? []).flatMap(({ call, args, given }): DataCall[] =>
        given === undefined ? [] : [{ cell, call, args, series: placesOf(given, series) }],
      ),
    );
    return { calls, series };
  }
}

/** Where candles stand in a list; those that are not there yet are put at its end. */
export function placesOf(given: readonly Candles[], series: Candles[]): number[] {
  return given.map((candles) => {
    const place = series.indexOf(candles);
    return place >= 0 ? place : series.push(candles) - 1;
  });
}
