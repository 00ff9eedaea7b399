import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseWire } from "#engine/core/wireJson.ts";
import { leakProbe } from "#engine/leaks/probe.ts";
import { strategySubject } from "#engine/leaks/strategy.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import { openLake } from "#server/lake/lake.ts";
import { fillLake } from "../lakeOfWaves.ts";
import { cliHere } from "./runCli.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "walkforward-cli-"));
  const lake = openLake(join(home, "lake"));
  await fillLake(lake);
  // A second exchange: the default one is completed by the bundled universe, this one stays as it is.
  for (const candles of await lake.universe("simulated", "5m")) {
    const key = { exchange: "elsewhere", market: "spot", symbol: candles.symbol, timeframe: "5m" };
    await lake.mergeCandles({ key, candles, source: "made by the tests" });
    await lake.deleteSeries(`simulated/spot/${candles.symbol}/5m`);
  }
  await writeFile(join(home, "smuggler.ts"), SMUGGLER);
});
afterAll(async () => {
  Reflect.deleteProperty(Array, "latest");
  await rm(home, { recursive: true, force: true });
});

/**
 * Features are computed before the first decision, so what a step leaves outside of itself is the last row's. A module's
 * own variables are out of its reach, what all modules share is not.
 */
const SMUGGLER = `import { defineStrategy, step } from "walkforward";
const shared = Array as unknown as { latest: number };
export default defineStrategy({
  name: "smuggler", timeframe: "5m", history: 20,
  features: ({ close }) => ({ same: step([close], () => (x: number) => (shared.latest = x)) }),
  decide: ({ market }) => {
    const [first] = market.rows;
    return first.features.same < shared.latest ? { [first.symbol]: 0.5 } : {};
  },
});
`;

const check = (...args: string[]) => cliHere(["leak-check", ...args, "--exchange", "elsewhere"], home);

describe("walkforward leak-check", () => {
  it("ends with 0 and says so where nothing changed with the future, with the warm-up", async () => {
    const { code, stdout, stderr } = await check("momentum-rank", "--cuts", "5");
    expect(stderr).toBe("Leak check of momentum-rank …\n");
    expect(code).toBe(0);
    expect(stdout).toContain("momentum-rank on 3 symbols 5m, 2024-01-01 00:00 to 2024-01-06 00:00 UTC\n");
    expect(stdout).toMatch(
      /^Past only\. \d+ columns looked at \d+ cuts: nothing changed with the future\.$/m,
    );
    expect(stdout).toMatch(/^Candles of history +25 +50 +100 +200 +400 +settled by$/m);
    expect(stdout).toMatch(/^momentum AAA\/USDT .*same/m);
  });

  it("gives with --json what the probe gives for the same inputs", async () => {
    const { code, stdout } = await check(
      ...["momentum-rank", "--json", "--cuts", "4", "--seed", "7", "--no-warm-up", "--param", "lookback=48"],
      ...["--symbols", "AAA/USDT,BBB/USDT"],
    );
    expect(code).toBe(0);
    const universe = await openLake(join(home, "lake")).universe("elsewhere", "5m");
    const report = leakProbe(
      strategySubject(() => builtInStrategy("momentum-rank"), { parameters: { lookback: 48 } }),
      { candles: universe.slice(0, 2), information: [] },
      { cuts: 4, seed: 7, blanks: false },
    );
    expect(parseWire(stdout)).toEqual({ strategy: "momentum-rank", simulated: false, report, warmUp: null });
  });

  it("ends with 1 and names what sees the future", async () => {
    const { code, stdout } = await check(
      ...["--strategy-file", join(home, "smuggler.ts"), "--cuts", "6", "--no-warm-up"],
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Sees the future\. /m);
    expect(stdout).toMatch(
      /^- decides AAA\/USDT: It sees at least \d+ candles? ahead.*First row: 2024-01-0/m,
    );
    expect(stdout).not.toMatch(/^- same/m);
  });

  it("refuses what it does not understand before any work", async () => {
    expect((await check()).code).toBe(2);
    expect((await check("momentum-rank", "--cuts", "0")).code).toBe(2);
    expect((await check("momentum-rnk")).code).not.toBe(0);
    expect((await check("momentum-rank", "--symbols", "ZZZ/USDT")).code).toBe(3);
  });
});
