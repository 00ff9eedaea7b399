import { keptBacktest } from "#engine/backtest/kept.ts";
import type { Backtest } from "#engine/backtest/result.ts";
import type { Evaluation } from "#engine/walkforward/result.ts";
import { parse, serialise } from "#runtime/notebook.ts";
import { NotebookRuntime } from "#runtime/run.ts";
import type { NotebookSource } from "#runtime/types.ts";
import type { Ingredients } from "#server/contract.ts";
import { pageTrials } from "../outputs/deflated.ts";
import { setOutputHost } from "../outputs/host.ts";
import { isOptimisation, optimisationView } from "../outputs/optimisation/optimisationView.ts";
import type { CandlesReply, SqlReply, SqlTable, ToFrame } from "../shell/protocol.ts";
import { ComputeClient } from "../workers/client.ts";
import { ComputePool, poolSize } from "../workers/pool.ts";
import { spawnRemotely } from "../workers/remoteWorker.ts";
import { Backtests } from "./backtest.ts";
import compileWorkerUrl from "./compile.worker.ts?worker&url";
import { Compiler } from "./compiler.ts";
import { DataCalls } from "./dataCalls.ts";
import { display } from "./display.ts";
import { evaluator } from "./evaluate.ts";
import { Jobs } from "./jobs.ts";
import { Knowledge } from "./knowledge.ts";
import { LakeView } from "./lakeView.ts";
import { leakProber } from "./leakProbe.ts";
import { LeakWatch } from "./leakWatch.ts";
import { type Library, library } from "./library.ts";
import { plainProse } from "./markdown.ts";
import { monteCarloRunner } from "./monteCarlo.ts";
import { optimiser } from "./optimise.ts";
import { Outputs } from "./outputs.ts";
import type { ShellMessage, ShellPort } from "./port.ts";
import { isBacktest, isStrategy } from "./resultKinds.ts";
import { NotebookSession } from "./session.svelte.ts";
import { significanceRunner } from "./significance.ts";
import { SqlRunner } from "./sqlRunner.ts";
import { startWorker } from "./startWorker.ts";
import { StatusReport, summary } from "./statusReport.ts";
import { Tearsheets } from "./tearsheet.ts";

/** While one types the shell hears of it this often, and keeps it: a tab that is closed in mid-word loses no more. */
const SOURCE_EVERY_MS = 100;

/** The page's own origin reads "null" in the sandbox; its address still says where it came from. */
const ORIGIN = new URL(import.meta.url).origin;

/** The whole of the frame: the session that is shown, the runtime that runs it, and the port to the shell between. */
export class NotebookPage {
  readonly session: NotebookSession;
  readonly #port: ShellPort;
  readonly #lake: LakeView;
  readonly #jobs: Jobs;
  readonly #library: Library;
  readonly #runtime: NotebookRuntime;
  readonly #outputs: Outputs;
  readonly #report: StatusReport;
  readonly #leakWatch: LeakWatch;
  #tables: SqlTable[] = [];
  #isOpening = true;
  #sentSource = "";
  #pause: ReturnType<typeof setTimeout> | undefined;

  /** `workshop` leads to the frame that holds the compute workers. */
  constructor(port: ShellPort, workshop: MessagePort) {
    this.#port = port;
    this.#lake = new LakeView((seriesId, fromMs, toMs) =>
      port.request("candles", { seriesId, fromMs, toMs }).then((reply) => reply as CandlesReply),
    );
    this.#jobs = new Jobs((jobs) => {
      this.session.jobs = jobs;
      this.#leakWatch.changed();
      port.send({ type: "jobs", jobs });
    });
    const pool = new ComputePool(spawnRemotely(workshop), { allowModules: true });
    // Stepping folds one session on and on: it has a worker to itself, which starts with the first step.
    const stepping = new ComputeClient(spawnRemotely(workshop), { allowModules: true });
    const common = {
      lake: this.#lake,
      jobs: this.#jobs,
      bundle: (strategy: unknown) => this.#runtime.bundle(strategy),
    };
    const backtests = new Backtests({
      ...common,
      bundleCapital: (rule) => this.#runtime.bundleCapital(rule),
      compute: (task, options) => pool.backtest(task, options),
      step: (task, step, options) => stepping.step(task, step, options),
      save: (result, ingredients) => void this.#save({ backtest: keptBacktest(result), ingredients }),
    });
    const tearsheets = new Tearsheets(backtests);
    const dataCalls = new DataCalls();
    this.#outputs = new Outputs((value, name) =>
      isBacktest(value)
        ? tearsheets.small(value)
        : isOptimisation(value)
          ? optimisationView(value)
          : display(value, name),
    );
    this.#library = library(this.#lake, dataCalls, {
      evaluate: evaluator({
        ...common,
        compute: (task, options) => pool.evaluate(task, options),
        save: (evaluation) => void this.#save({ evaluation }),
      }),
      backtest: backtests.run,
      optimise: optimiser({
        ...common,
        bundleLoss: (loss) => this.#runtime.bundleLoss(loss),
        compute: (task, options) => pool.optimiseFold(task, options),
      }),
      monteCarlo: monteCarloRunner({
        jobs: this.#jobs,
        backtests,
        workers: poolSize(),
        study: (work, options) => pool.study(work, options),
        candlePaths: (task, paths, options) => pool.candlePaths(task, paths, options),
      }),
      significance: significanceRunner({
        jobs: this.#jobs,
        trials: pageTrials,
        study: (work, options) => pool.study(work, options),
      }),
      leakProbe: leakProber({
        ...common,
        dataCalls,
        recordOf: (cell) => this.#runtime.recordOf(cell),
        compute: (work, candles, options) => pool.leaks(work, candles, options),
      }),
      tearsheets,
    });
    this.#runtime = this.#makeRuntime();
    this.session = this.#makeSession();
    this.#leakWatch = new LeakWatch({
      ...common,
      dataCalls,
      statuses: () => this.#runtime.statuses(),
      recordOf: (cell) => this.#runtime.recordOf(cell),
      valueOf: (name) => this.#runtime.value(name),
      isQuiet: () => !document.hidden && this.session.jobs.length === 0 && this.session.counts.running === 0,
      compute: (work, candles, options) => pool.leaks(work, candles, options),
      show: (cell, run, check) => this.session.showLeakCheck(cell, run, check),
      later: (call, ms) => {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
      },
    });
    document.addEventListener("visibilitychange", () => this.#leakWatch.changed());
    this.#report = new StatusReport(
      () => summary(this.#runtime.statuses(), { trusted: this.session.trusted, busy: this.#isOpening }),
      (report) => port.send(report),
    );
    setOutputHost({
      copy: async (text) => void (await port.request("copy", { text })),
      download: async (filename, mediaType, bytes) =>
        void (await port.request("download", { filename, mediaType, bytes: Uint8Array.from(bytes) })),
    });
  }

  receive(message: ShellMessage): void {
    switch (message.type) {
      case "open":
        void this.#open(message);
        return;
      case "theme":
        document.documentElement.dataset.theme = message.theme;
        return;
      case "command":
        this.session.command(message.command);
        return;
      case "trials":
        pageTrials.show(message.trials);
        return;
      case "lake":
        this.#lake.setSeries(message.series);
        this.#tables = message.tables;
        return;
      case "trust":
        this.session.trusted = true;
        this.session.runAll();
        return;
      case "stopJob":
        this.#jobs.stop(message.id);
        return;
    }
  }

  async #open(message: Extract<ToFrame, { type: "open" }>): Promise<void> {
    document.documentElement.dataset.theme = message.theme;
    pageTrials.show(message.trials);
    this.#lake.setSeries(message.series);
    this.#tables = message.tables;
    let source: NotebookSource;
    try {
      source = parse(message.source);
    } catch (error) {
      this.session.problem = error instanceof Error ? error.message : String(error);
      this.#isOpening = false;
      return this.#report.now();
    }
    // As it would be written, not as it was: a file in other words of the same format is not an edit.
    this.#sentSource = serialise(source);
    this.session.open(source, { run: message.run, readOnly: message.readOnly });
    this.#report.now();
    await this.#runtime.open(source, { run: message.run });
    this.#isOpening = false;
    this.#report.soon();
  }

  #makeRuntime(): NotebookRuntime {
    const compiler = new Compiler(() => startWorker(compileWorkerUrl, ORIGIN));
    compiler.warmUp();
    const { values, lazy, perRun, engineNames } = this.#library;
    const sql = new SqlRunner({
      request: async (statement, tables, signal) => {
        const transfer = tables.flatMap(({ ipc }) => (ipc === undefined ? [] : [ipc.buffer]));
        const params = tables.length === 0 ? { sql: statement } : { sql: statement, tables };
        return (await this.#port.request("sql", params, { signal, transfer })) as SqlReply;
      },
      tables: () => this.#tables,
      names: () => this.#runtime.variables().map(({ name }) => name),
    });
    return new NotebookRuntime({
      library: values,
      lazy,
      perRun,
      engineNames,
      compile: compiler.compile,
      runSql: (statement, run, inputs) => sql.run(statement, run, inputs),
      onStatus: (status) => {
        this.session.setStatus(status);
        this.#leakWatch.changed();
        this.#report.soon();
      },
      onDisplay: (event) => this.#outputs.apply(event),
    });
  }

  #makeSession(): NotebookSession {
    const runtime = this.#runtime;
    const knowledge = new Knowledge({
      cellNames: () => runtime.statuses().flatMap(({ defines }) => defines.map((name) => ({ name }))),
      library: this.#library.values,
      value: (name) => runtime.value(name),
      tables: () => this.#tables,
    });
    return new NotebookSession(
      {
        run: (ids) => ids.forEach((id) => void runtime.run(id)),
        runAll: () => void runtime.runAll(),
        runStale: () => void runtime.runStale(),
        stop: (id) => runtime.stop(id),
        stopAll: () => runtime.interrupt(),
        stopJob: (id) => this.#jobs.stop(id),
        variables: () => runtime.variables(),
        changed: (source, now) => this.#changed(source, now),
        shortcut: (key) => this.#port.send({ type: "shortcut", key }),
        templateContext: () => ({
          series: [...this.#lake.series],
          tables: this.#tables,
          candles: runtime.variables().find(({ type }) => type === "Candles")?.name,
          strategy: runtime.variables().find(({ name }) => isStrategy(runtime.value(name)))?.name,
        }),
        prose: (cell) => plainProse(cell.value),
      },
      this.#outputs,
      knowledge,
      /mac/i.test(navigator.platform),
    );
  }

  /** The runtime knows the cells as they are at once; of typing the shell hears now and then. */
  #changed(source: NotebookSource, now: boolean): void {
    this.#runtime.update(source);
    if (now) this.#sendSource(source);
    else this.#pause ??= setTimeout(() => this.#sendSource(this.session.source), SOURCE_EVERY_MS);
  }

  #sendSource(source: NotebookSource): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    const text = serialise(source);
    if (text === this.#sentSource) return;
    this.#sentSource = text;
    this.#port.send({ type: "source", source: text, title: source.title });
  }

  /** A run that could not be kept is told and spoils nothing: the cell has its result. */
  async #save(
    made: { evaluation: Evaluation } | { backtest: Backtest; ingredients: Ingredients },
  ): Promise<void> {
    try {
      await this.#port.request("saveRun", made);
    } catch (error) {
      this.session.toast(
        `Not kept among the runs: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
