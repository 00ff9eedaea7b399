import type { Candles } from "#engine/candles/candles.ts";
import { EngineError } from "#engine/core/errors.ts";
import type { ProbeInput } from "#engine/leaks/subject.ts";
import { globalValue, isGlobal } from "#runtime/globals.ts";
import type { ReplayCell, ReplayPlan } from "#runtime/replay.ts";

/** A call by which a cell got data: `candles("BTC/USDT", "1h")`, and which series of the work it stands for. */
export type DataCall = {
  /** The cell that asked. */
  readonly cell: number;
  readonly call: "candles" | "universe";
  /** Its arguments as JSON. */
  readonly args: string;
  /** By their place among the work's candles. */
  readonly series: readonly number[];
};

/** Everything that the cells of one run gave, by name. */
export type Replayed = ReadonlyMap<string, unknown>;

type Body = (...inputs: unknown[]) => unknown;

/**
 * Runs the cells of a plan again, in their order, on other data than they had. There is no page: what a cell would show
 * goes nowhere, and what belongs to the page is there in name only.
 */
export class Replay {
  readonly #plan: ReplayPlan;
  readonly #calls: readonly DataCall[];
  readonly #engine: Readonly<Record<string, unknown>>;
  readonly #bodies: readonly Body[];
  /** By cell: the names that others read of it, or that are asked for. */
  readonly #read: readonly ReadonlySet<string>[];

  constructor(plan: ReplayPlan, calls: readonly DataCall[], engine: Readonly<Record<string, unknown>>) {
    this.#plan = plan;
    this.#calls = calls;
    this.#engine = engine;
    this.#bodies = plan.cells.map(bodyOf);
    this.#read = plan.cells.map((_, place) => readOf(plan, place));
  }

  async run({ candles }: ProbeInput): Promise<Replayed> {
    const given: Record<string, unknown>[] = [];
    const all = new Map<string, unknown>();
    for (const [k, cell] of this.#plan.cells.entries()) {
      const inputs = cell.inputs.map((input) => {
        if ("value" in input) return structuredClone(input.value);
        if ("from" in input) return given[input.from][input.export];
        return this.#named(input.name, candles);
      });
      const values = await exportsOf(cell, await this.#bodies[k](...inputs), this.#read[k]);
      given.push(values);
      for (const [name, value] of Object.entries(values)) all.set(name, value);
    }
    return all;
  }

  #named(name: string, candles: readonly Candles[]): unknown {
    switch (name) {
      case "candles":
      case "universe":
        return (...args: unknown[]) => Promise.resolve(this.#data(name, args, candles));
      case "display":
        return (value: unknown) => value;
      case "$site":
        return (_index: number, define: unknown) => define;
      case "walkforward":
        return this.#engine;
      case "signal":
        return { aborted: false, addEventListener() {}, removeEventListener() {}, throwIfAborted() {} };
      case "leakProbe":
        // The page's, not the engine's of the same name: what probes is not probed.
        return nothing(name);
      default:
        if (Object.hasOwn(this.#engine, name)) return this.#engine[name];
        return isGlobal(name) ? globalValue(name) : nothing(name);
    }
  }

  #data(call: DataCall["call"], args: readonly unknown[], candles: readonly Candles[]): unknown {
    const text = JSON.stringify(args);
    const known = this.#calls.find((one) => one.call === call && one.args === text);
    if (known === undefined) {
      throw new EngineError(
        "leaks.other-data",
        `leakProbe: on other data a cell asked for ${call}(${text.slice(1, -1)}), which it had not asked for before.`,
        { call, args: text },
      );
    }
    const series = known.series.map((place) => candles[place]);
    // A market that has not begun by then would not have been listed.
    return call === "candles" ? series[0] : series.filter(({ timestamp }) => timestamp.length > 0);
  }
}

/** The values of the names that a cell gives, awaited as other cells see them. */
async function exportsOf(
  { id, outputs }: ReplayCell,
  value: unknown,
  read: ReadonlySet<string>,
): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const name of outputs) {
    const one: unknown = await (value as Record<string, unknown>)[name];
    if (read.has(name) && isNothing(one)) throw ofThePage(id, name);
    values[name] = one;
  }
  return values;
}

/** Going on without it would call clean what was never looked at. */
function ofThePage(cell: number, name: string): EngineError {
  return new EngineError(
    "leaks.of-the-page",
    `leakProbe: ${name} of cell ${cell} is made by the page (a chart, an input, a backtest, an evaluation) and cannot be made ` +
      "again from a shortened past. Compute what is probed from candles(…) or universe(…) alone.",
    { cell, name },
  );
}

function readOf({ cells, targets }: ReplayPlan, place: number): ReadonlySet<string> {
  const byCells = cells.flatMap(({ inputs }) =>
    inputs.flatMap((input) => ("from" in input && input.from === place ? [input.export] : [])),
  );
  return new Set([...byCells, ...targets.flatMap(({ cell, name }) => (cell === place ? [name] : []))]);
}

function bodyOf({ body }: ReplayCell): Body {
  // The worker's policy allows this and nothing that would come from elsewhere; see `lockDown`.
  return new Function(`"use strict"; return (${body}\n);`)() as Body;
}

const nothings = new WeakSet<object>();

function isNothing(value: unknown): boolean {
  return typeof value === "function" && nothings.has(value);
}

/** What stands for a thing of the page: anything may be asked of it, called and read, and nothing comes of it. */
function nothing(name: string): unknown {
  const made: object = new Proxy(() => undefined, {
    // Awaited it must not be taken for a promise, and as a text it says what it stands for.
    get: (_, key) => (key === "then" ? undefined : key === Symbol.toPrimitive ? () => name : made),
    apply: () => made,
    construct: () => made,
    set: () => true,
    has: () => true,
  });
  nothings.add(made);
  return made;
}
