import * as engine from "#engine";
import { builtInStrategy } from "#engine/strategies/index.ts";
import type { Strategy } from "#engine/strategy/contract.ts";
import { linkStrategyText } from "#engine/strategy/link.ts";
import { linkedStrategy, strategyModule } from "#engine/strategy/module.ts";
import type { RuntimeHost } from "#runtime/types.ts";
import { DataCalls } from "#workbench/frame/dataCalls.ts";
import { engineInCells } from "#workbench/frame/engineInCells.ts";
import { Jobs } from "#workbench/frame/jobs.ts";
import { LakeView } from "#workbench/frame/lakeView.ts";
import { type LeakProbeHost, leakProber } from "#workbench/frame/leakProbe.ts";
import type { FrameSeries } from "#workbench/shell/protocol.ts";
import { probeLeaks } from "#workbench/workers/leaks.ts";
import { walk } from "../../engine/leaks/subjects.ts";
import { Bench } from "../runtime/harness.ts";

const series = [walk(500), walk(500, "ETH/USDT", 2)];

export type LeakPage = {
  bench: Bench;
  /** How often the work has paused. */
  paused: () => number;
  host: LeakProbeHost;
};

/** A lake of two simulated markets, and a worker that is none. */
export function page(exchange = "test"): LeakPage {
  const lake = new LakeView(async (id) => {
    const candles = series.find(({ symbol }) => symbol === id) ?? series[0];
    const { symbol, timeframe: _t, exchange: _e, ...columns } = structuredClone(candles);
    return { series: seriesOf(symbol, exchange), ...columns };
  });
  lake.setSeries(series.map(({ symbol }) => seriesOf(symbol, exchange)));
  const dataCalls = new DataCalls();
  let pauses = 0;
  const host: LeakProbeHost = {
    lake,
    jobs: new Jobs(() => undefined),
    dataCalls,
    bundle: (strategy) => bench.runtime.bundle(strategy),
    recordOf: (cell) => bench.runtime.recordOf(cell),
    compute: async (work, candles, { signal }) =>
      // As it would cross: what is not plain data does not.
      probeLeaks(structuredClone(work), structuredClone(candles), {
        engine: engineInCells,
        strategyOf: (text) => (text.kind === "builtIn" ? builtInStrategy(text.name) : linked(text.text)),
        pause: async () => {
          pauses++;
          await new Promise((resolve) => setImmediate(resolve));
          signal?.throwIfAborted();
        },
      }),
  };
  const prober = leakProber(host);
  const runtime: Partial<RuntimeHost> = {
    // What belongs to the page is there for cells, and not for the worker that runs them again.
    library: { ...engineInCells, Plot: { plot: () => "a plot", line: () => "a line" } },
    engineNames: Object.keys(engineInCells),
    perRun: {
      candles:
        (run) =>
        (...given: Parameters<LakeView["candles"]>) =>
          dataCalls.note(run, "candles", given, lake.candles(...given)),
      universe:
        (run) =>
        (...given: Parameters<LakeView["universe"]>) =>
          dataCalls.note(run, "universe", given, lake.universe(...given)),
      leakProbe: (run) => (subject: unknown, universe: never, options: never) =>
        prober(subject, universe, options, run),
    },
  };
  const bench = new Bench(runtime);
  return { bench, paused: () => pauses, host };
}

function seriesOf(symbol: string, exchange: string): FrameSeries {
  const { timestamp } = series[0];
  const [firstMs, lastMs] = [timestamp[0], timestamp[timestamp.length - 1]];
  const named = { id: symbol, exchange, market: "spot", symbol, timeframe: "5m" };
  return { ...named, firstMs, lastMs, rows: timestamp.length, simulated: true };
}

function linked(text: string): Strategy {
  const module = strategyModule(text);
  const body = new Function("walkforward", linkStrategyText(text, Object.keys(engine)));
  return linkedStrategy(() => body(engine), module);
}
