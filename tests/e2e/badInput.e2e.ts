import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator } from "playwright";
import { describe, expect, onTestFinished, test } from "vitest";
import { openLake } from "#server/lake/lake.ts";
import { cellText, createNotebook, notebookOf, openPage, startApp, storedNotebook } from "./app.ts";
import { useWorkbench } from "./workbench.ts";

/** What a person sees who gives something wrong: each has its message, and nothing is lost. */
const workbench = useWorkbench();

/** A strategy whose decision is `body`. */
const deciding = (body: string, name = `faulty${body.length}`): string => `const ${name} = defineStrategy({
  name: "faulty", timeframe: "5m", history: 20, parameters: { length: int(14, 5, 30) },
  features: ({ close }) => ({ mean: sma(close, 10) }),
  decide: ({ market, parameters }) => { ${body} },
});
display(await evaluate(${name}, short));`;

describe("an evaluation in a cell", () => {
  const cases: [what: string, code: string, message: RegExp][] = [
    ["an unknown strategy", `await evaluate("momentum-rnk", short);`, /Did you mean "momentum-rank"/],
    [
      "an unknown symbol",
      `await evaluate("momentum-rank", { ...short, symbols: ["BTC/USD"] });`,
      /BTC\/USD[^T][\s\S]*BTC\/USDT/,
    ],
    ["a symbol that candles() does not know", `await candles("BTC/USD", "5m");`, /BTC\/USD[\s\S]*BTC\/USDT/],
    [
      "an end before the start",
      `await evaluate("momentum-rank", { ...short, endMs: short.startMs - 1 });`,
      /is not after startMs/,
    ],
    [
      "a window shorter than the timeframe",
      `await evaluate("momentum-rank", { ...short, windowMs: 60_000 });`,
      /shorter than one 5m candle/,
    ],
    [
      "a parameter out of range",
      `await evaluate("macd-rsi-confluence", { ...short, parameters: { rsiLength: 1000 } });`,
      /rsiLength[\s\S]*1000/,
    ],
    ["a strategy that throws", deciding(`throw new Error("no idea");`), /no idea/],
    [
      "a strategy that gives NaN weights",
      deciding(`return [{ symbol: market.rows[0].symbol, weight: NaN }];`),
      /NaN/,
    ],
    [
      "a strategy that names an unknown symbol",
      deciding(`return [{ symbol: "BTC/USD", weight: 1 }];`),
      /BTC\/USD[\s\S]*BTC\/USDT/,
    ],
  ];

  test("says in its cell what was wrong, and the other cells do their work", async () => {
    const { page } = workbench;
    await workbench.openNotebook("Wrong", [
      ["ts", `const short = { startMs: Date.UTC(2024, 0, 10), endMs: Date.UTC(2024, 0, 12), save: false };`],
      ...cases.map(([, code]): ["ts", string] => ["ts", code]),
      ["ts", `display("slices: " + (await evaluate("momentum-rank", short)).slices.total);`],
    ]);
    for (const [i, [what, , message]] of cases.entries()) {
      await expect.poll(() => workbench.state(i + 2), { message: what }).toBe("failed");
      expect(await workbench.cell(i + 2).innerText(), what).toMatch(message);
      expect(await workbench.cell(i + 2).innerText(), what).not.toMatch(/^\s+at .*:\d+:\d+/m);
    }
    await expect.poll(() => cellText(page, cases.length + 2)).toBe("slices: 24");
    workbench.expectsConsoleErrors = true;
  });
});

describe("the import of a broken file", () => {
  const dialog = (): Locator => workbench.page.getByRole("dialog");
  const rows = Array.from({ length: 40 }, (_, i) => `${Date.UTC(2024, 0, 1, i)},1,2,1,2,${i}`);
  const header = "timestamp,open,high,low,close,volume";
  const parquet = Buffer.from(`PAR1${"x".repeat(400)}PAR1`);
  test.each<[string, string, Buffer, RegExp]>([
    [
      "a wrong column",
      "x.csv",
      Buffer.from([header.replace("close", "clothes"), ...rows].join("\n")),
      /close/,
    ],
    [
      "text in a number",
      "x.csv",
      Buffer.from([header, ...rows].join("\n").replace(",1,2,1,2,7\n", ",1,two,1,2,7\n")),
      /9[\s\S]*two/,
    ],
    ["a truncated file", "x.csv", Buffer.from([header, ...rows].join("\n").slice(0, -9)), /41|cut off|ends/i],
    ["corrupt Parquet", "x.parquet", parquet, /Parquet/],
    ["a picture", "x.csv", Buffer.from(Uint8Array.from({ length: 900 }, (_, i) => (i * 7) % 251)), /./],
  ])("says what is wrong: %s; and stores nothing", async (_, name, buffer, message) => {
    const { page, app } = workbench;
    const before = (await openLake(join(app.home, "lake")).series()).map(({ id }) => id);
    await workbench.go("#/data");
    await page.getByRole("button", { name: "Import file" }).click();
    await page.getByTestId("import-file").setInputFiles({ name, mimeType: "text/plain", buffer });
    await dialog().getByRole("alert").waitFor();
    expect(await dialog().getByRole("alert").innerText()).toMatch(message);
    expect(
      await dialog()
        .getByRole("button", { name: /^Import/ })
        .isDisabled(),
    ).toBe(true);
    expect((await openLake(join(app.home, "lake")).series()).map(({ id }) => id)).toEqual(before);
    expect(readdirSync(join(app.home, "uploads"))).toEqual([]);
    workbench.expectsConsoleErrors = true;
  });
});

describe("a full disk", () => {
  const isRootOnLinux = process.platform === "linux" && process.getuid?.() === 0;
  test.skipIf(!isRootOnLinux)(
    "keeps what is typed, says so, and saves once there is room (needs root on Linux)",
    async (context) => {
      const disk = mkdtempSync(join(tmpdir(), "walkforward-full-"));
      const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=256m", "tmpfs", disk]).status === 0;
      onTestFinished(() => {
        if (mounted) spawnSync("umount", ["-l", disk]);
        rmSync(disk, { recursive: true, force: true });
      });
      const home = join(disk, "home");
      context.skip(!mounted, "this machine does not let a small disk be mounted");
      const app = await startApp(home);
      onTestFinished(() => void app.process.kill("SIGKILL"));
      const { page } = await openPage(workbench.context, app, "#/");
      const text = notebookOf("Full", [["ts", `display("before");`]]);
      const id = await createNotebook(page, app, "Full", text);
      // The samples first: they are written while the server starts.
      await expect
        .poll(async () => (await openLake(join(home, "lake")).series()).length, { timeout: 120_000 })
        .toBeGreaterThan(12);
      await page.goto(`${app.url}/#/notebook/${id}`);
      await page.getByRole("button", { name: "Run this notebook" }).click();
      await expect.poll(() => cellText(page, 1)).toBe("before");

      const filler = join(disk, "filler");
      const { bavail, bsize } = statfsSync(home);
      expect(() => writeFileSync(filler, Buffer.alloc(bavail * bsize + bsize, 1))).toThrow(/ENOSPC/);
      workbench.page = page;
      await workbench.replaceCode(1, `display("typed on a full disk");`);
      await page.locator('[data-testid="save-state"][data-state="refused"]').waitFor();
      expect(await page.getByTestId("save-state").innerText()).toMatch(/disk|space|room/i);
      await expect.poll(() => cellText(page, 1)).toBe("typed on a full disk");
      expect((await storedNotebook(page, app, id)).text).toBe(text);

      // Even when the page is left: the browser keeps it.
      await page.reload();
      await expect.poll(() => cellText(page, 1).catch(() => "")).toBe("typed on a full disk");
      await page.locator('[data-testid="save-state"][data-state="refused"]').waitFor();
      rmSync(filler);
      await page.getByTestId("save-state").click();
      await page.keyboard.press("ControlOrMeta+S");
      await expect
        .poll(async () => (await storedNotebook(page, app, id)).text)
        .toContain("typed on a full disk");
      await app.stop();
    },
  );
});
