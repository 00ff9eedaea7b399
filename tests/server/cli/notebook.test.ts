import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureSamples } from "#datasets/samples.ts";
import { TrialLedger } from "#engine/trials/ledger.ts";
import { findChromium } from "#server/cli/chromium.ts";
import { openLake } from "#server/lake/lake.ts";
import { packageRoot } from "#server/root.ts";
import { cli, cliHere } from "./runCli.ts";

const isBuilt = existsSync(join(packageRoot(), "build/workbench/index.html"));
const hasBrowser = findChromium() !== undefined;
if (!isBuilt || !hasBrowser) {
  console.warn(
    `Notebooks are not run here: ${isBuilt ? "no Chromium was found" : "the workbench is not built"}.`,
  );
}

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "walkforward-cli-"));
  await ensureSamples(openLake(join(home, "lake")));
});
afterAll(() => rm(home, { recursive: true, force: true }));

async function notebook(name: string, ...cells: string[]): Promise<string> {
  const scripts = cells.map(
    (code, k) => `  <script id="${k + 1}" type="module">\n    ${code}\n  </script>\n`,
  );
  const file = join(home, name);
  await writeFile(
    file,
    `<!doctype html>\n<notebook theme="air">\n  <title>${name}</title>\n${scripts.join("")}</notebook>\n`,
  );
  return file;
}

describe.skipIf(!isBuilt || !hasBrowser)("walkforward notebook run", () => {
  it("runs every cell with the lake of the home, and leaves no notebook behind", async () => {
    const file = await notebook(
      "good.html",
      "const rows = (await series()).length",
      'if (rows < 14) throw new Error("The lake is not there."); display(rows)',
    );
    const { code, stdout, stderr } = await cli(["notebook", "run", file], home);
    expect([code, stdout, stderr]).toEqual([0, `${file}: all 2 cells ran\n`, expect.any(String)]);
    expect(await readdir(home)).not.toContain("notebooks");
  });

  it("brings what was tried to the ledger beside the file, and the same again adds none", async () => {
    const file = await notebook(
      "tries.html",
      'const few = await candles("BTC/USDT", "1h", { exchange: "simulated" })',
      'for (const lookback of [12, 24, 48]) await backtest("momentum-rank", few, { timeframe: "1h", parameters: { lookback }, save: false })',
      'await backtest("momentum-rank", few, { timeframe: "1h", feeBps: 99, save: false }); throw new Error("after the fact")',
    );
    const ledger = join(home, "tries.trials.jsonl");
    const first = await cli(["notebook", "run", file], home);
    expect([first.code, first.stdout]).toEqual([
      1,
      expect.stringMatching(/1 of 3 cells failed; 4 new of 4 trials in its ledger\n$/),
    ]);
    const text = await readFile(ledger, "utf8");
    expect(TrialLedger.read(text)).toMatchObject({ faults: [], count: 4 });
    const again = JSON.parse((await cli(["notebook", "run", file, "--json"], home)).stdout);
    expect(again.trials).toEqual({ ledger, added: 0, counted: 4 });
    expect(await readFile(ledger, "utf8")).toBe(text);
    expect(await readdir(home)).not.toContain("notebooks");
  });

  it("fails when a cell fails, and says which and why", async () => {
    const file = await notebook("bad.html", "const x = 1", 'throw new Error("this cell is broken")');
    const { code, stdout } = await cli(["notebook", "run", file, "--json"], home);
    expect(code).toBe(1);
    const { failures, cells } = JSON.parse(stdout);
    expect(cells).toBe(2);
    expect(failures).toMatchObject([{ id: 2, message: expect.stringContaining("this cell is broken") }]);
  });

  it("gives up on a notebook that never ends, when it was told to", async () => {
    const file = await notebook("endless.html", "await new Promise(() => {})");
    const { code, stderr } = await cli(["notebook", "run", file, "--timeout", "5s"], home);
    expect(code).toBe(1);
    expect(stderr).toContain("was not done after 5 s");
  });
});

describe("what cannot be run", () => {
  it("is refused before a browser is started: no file, and a file that is no notebook", async () => {
    const file = join(home, "page.html");
    await writeFile(file, "<html><body>hello</body></html>");
    expect(await cliHere(["notebook", "run", file], home)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("not a notebook file"),
    });
    expect(await cliHere(["notebook", "run", join(home, "none.html")], home)).toMatchObject({ code: 3 });
  });

  it.skipIf(!isBuilt)("says what to do where there is no browser", async () => {
    const file = await notebook("any.html", "1");
    const { code, stderr } = await cliHere(["notebook", "run", file], home, {
      WALKFORWARD_CHROMIUM: "/nowhere/chromium",
    });
    expect(code).toBe(3);
    expect(stderr).toContain("WALKFORWARD_CHROMIUM");
  });
});
