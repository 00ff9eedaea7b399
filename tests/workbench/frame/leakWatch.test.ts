import { describe, expect, it } from "vitest";
import { LeakWatch } from "#workbench/frame/leakWatch.ts";
import type { LeakCheck } from "#workbench/outputs/leaks/leakCheck.ts";
import { type LeakPage, page } from "./leakPage.ts";

type Shown = { cell: number; run: number; check: LeakCheck };

/** A watch whose time passes by hand. */
class Watched {
  readonly page: LeakPage = page("simulated");
  readonly shown: Shown[] = [];
  readonly asked: number[] = [];
  isQuiet = true;
  #timers = new Set<{ call: () => void; ms: number }>();
  readonly watch: LeakWatch;

  constructor() {
    const { bench, host } = this.page;
    this.watch = new LeakWatch({
      ...host,
      statuses: () => bench.runtime.statuses(),
      valueOf: (name) => bench.runtime.value(name),
      isQuiet: () => this.isQuiet,
      compute: (work, candles, options) => {
        this.asked.push(work.options.cuts ?? 0);
        return host.compute(work, candles, options);
      },
      show: (cell, run, check) => this.shown.push({ cell, run, check }),
      later: (call, ms) => {
        const timer = { call, ms };
        this.#timers.add(timer);
        return () => void this.#timers.delete(timer);
      },
    });
  }

  /** So much time passes; what is begun in it may take its turns. */
  async pass(ms: number): Promise<void> {
    for (const timer of [...this.#timers]) {
      if (timer.ms > ms) continue;
      this.#timers.delete(timer);
      timer.call();
    }
  }

  /** Passes until a look is under way. */
  async begin(): Promise<void> {
    while (this.page.paused() < 2) {
      await this.pass(3000);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Passes all that is to be looked at, without reaching the limit of any look. */
  async settle(): Promise<void> {
    for (let round = 0; round < 2000 && (round < 50 || this.#timers.size > 0); round++) {
      await this.pass(3000);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

const CELLS = [
  `const prices = candles("BTC/USDT");`,
  `const average = sma(prices.close, 5);`,
  `const centred = prices.close.map((x) => x - prices.close[prices.close.length - 1]);`,
  `const words = "nothing to look at";`,
];

async function opened(...cells: string[]): Promise<Watched> {
  const watched = new Watched();
  await watched.page.bench.open(cells);
  await watched.page.bench.runtime.settled();
  watched.watch.changed();
  return watched;
}

const verdicts = ({ shown }: Watched) => shown.map(({ cell, check }) => [cell, check.report.verdict]);

describe("the watch for leaks", () => {
  it("looks at the columns that cells made of candles, one cell after the other, at few moments", async () => {
    const watched = await opened(...CELLS);
    expect(watched.shown).toEqual([]);
    await watched.settle();
    expect(verdicts(watched)).toEqual([
      [2, "clean"],
      [3, "leaks"],
    ]);
    expect(watched.asked.every((cuts) => cuts < 10)).toBe(true);
    expect(watched.shown[0].check).toMatchObject({ of: "average", isSample: true, simulated: true });
    expect(watched.shown[0].run).toBe(watched.page.bench.runtime.status(2).run);
  });

  it("looks at a strategy on a few markets, and on its own data where it took any from a cell", async () => {
    const strategy = (name: string, level: string) =>
      `const ${name} = defineStrategy({ name: "${name}", timeframe: "5m", history: 20,
         features: ({ close }) => ({ average: sma(close, 5) }),
         decide: ({ market }) => market.rows.filter((row) => row.candle.close < ${level}).map(({ symbol }) => ({ symbol, weight: 0.4 })) });`;
    const watched = await opened(
      `const prices = candles("BTC/USDT");`,
      `const level = prices.close.reduce((sum, x) => sum + x, 0) / prices.close.length;`,
      strategy("alone", "100"),
      strategy("peeks", "level"),
    );
    await watched.settle();
    expect(verdicts(watched)).toEqual([
      [3, "clean"],
      [4, "leaks"],
    ]);
    expect(watched.shown[1].check.culprits["peeks: decides BTC/USDT"]).toEqual({ cell: 2, name: "level" });
  });

  it("makes way at once for work, and begins again when that is over", async () => {
    const watched = await opened(...CELLS);
    await watched.begin();
    watched.isQuiet = false;
    watched.watch.changed();
    await watched.settle();
    expect(watched.shown).toEqual([]);
    const paused = watched.page.paused();
    await watched.settle();
    expect(watched.page.paused()).toBe(paused);
    watched.isQuiet = true;
    watched.watch.changed();
    await watched.settle();
    expect(verdicts(watched)).toHaveLength(2);
  });

  it("looks again at a cell that ran again, and at no other", async () => {
    const watched = await opened(...CELLS);
    await watched.settle();
    await watched.page.bench.runtime.run(3);
    await watched.page.bench.runtime.settled();
    watched.watch.changed();
    await watched.settle();
    expect(watched.shown.map(({ cell }) => cell)).toEqual([2, 3, 3]);
    expect(watched.shown[2].run).toBeGreaterThan(watched.shown[1].run);
  });

  it("gives up what takes too long, and shows nothing of what cannot be looked at", async () => {
    const watched = await opened(
      CELLS[0],
      CELLS[1],
      `const drawn = Plot.plot(prices);\nconst z = [0, drawn];`,
    );
    await watched.begin();
    await watched.pass(60_000);
    await watched.settle();
    expect(watched.shown).toEqual([]);
  });
});
