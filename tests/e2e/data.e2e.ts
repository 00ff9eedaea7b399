import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type KlinesServer, klineAt, startKlinesServer } from "../fixtures/klinesServer.ts";
import { sharedData, WITHOUT_DATA } from "../fixtures/sharedData.ts";
import { cellText } from "./app.ts";
import { useWorkbench } from "./workbench.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2024, 0, 1);
let exchange: KlinesServer;
/** What holds the exchange back from answering its second request. */
let secondPage: Promise<void> = Promise.resolve();
const workbench = useWorkbench({
  serve: async () => {
    exchange = await startKlinesServer({
      fromMs: START,
      toMs: START + 3000 * HOUR,
      onKlines: (ordinal) => (ordinal === 2 ? secondPage : undefined),
    });
    return ["--exchange-settings", JSON.stringify({ binance: exchange.settings })];
  },
});
afterAll(() => exchange?.close());

/** Hourly candles as Binance writes them, with a gap of two hours after the tenth. */
function klines(count: number, close: (i: number) => number = (i) => 101 + i): string {
  const lines = Array.from({ length: count }, (_, i) => {
    const open = START + (i < 10 ? i : i + 2) * HOUR;
    const at = close(i);
    return [open, at - 1, at + 2, at - 2, at, 5 + i, open + HOUR - 1, 500, 9, 2, 200, 0].join(",");
  });
  return `${lines.join("\n")}\n`;
}

async function offer(name: string, text: string | Buffer): Promise<void> {
  await workbench.page.getByRole("button", { name: "Import file" }).click();
  await workbench.page
    .getByTestId("import-file")
    .setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
}
const dialog = () => workbench.page.getByRole("dialog");

describe("the data page", () => {
  test("imports a CSV after a preview, reports it, and shows the series", async () => {
    const { page } = workbench;
    await workbench.go("#/data");
    await offer("MADEUSDT-1h-2024-01.csv", klines(48));
    await dialog()
      .getByText(/Binance/)
      .first()
      .waitFor();
    expect(await dialog().innerText()).toMatch(/48 candles of 1h/);
    expect(await dialog().getByRole("row").count()).toBeGreaterThan(3);
    expect(await dialog().innerText()).toMatch(/gap/i);
    expect(await page.getByRole("link", { name: "MADE/USDT" }).count()).toBe(0);
    await dialog().getByLabel("Exchange").fill("handmade");
    expect(await dialog().getByLabel("Symbol").inputValue()).toBe("MADE/USDT");
    await dialog().getByRole("button", { name: "Import 48 candles" }).click();
    await dialog().getByRole("link", { name: "Open the series" }).waitFor();
    expect(await dialog().innerText()).toMatch(/48 candles added/);
    expect(await dialog().innerText()).toMatch(/1 gaps? \(2 candles missing\)/);
    await dialog().getByRole("link", { name: "Open the series" }).click();
    await page.getByRole("heading", { name: /MADE\/USDT/ }).waitFor();
    const grid = page.getByRole("grid");
    await grid.waitFor();
    expect(await grid.getAttribute("aria-rowcount")).toBe("49");
    expect(await page.locator("canvas").count()).toBeGreaterThan(0);
    expect(await page.getByText("handmade.made_usdt_1h").count()).toBe(1);

    await workbench.openNotebook("Query what was imported", [
      ["sql", "SELECT count(*) AS n, max(close) AS top FROM handmade.made_usdt_1h", "made"],
      ["ts", `const [row] = Array.from(made); display(row.n + " up to " + row.top);`],
    ]);
    await expect.poll(() => cellText(page, 2)).toBe("48 up to 148");
  });

  test.each(["Import file", "Fetch from an exchange"])(
    "opens what %s asks for at once, with a server that is gone by then",
    async (name) => {
      const { page } = workbench;
      await workbench.go("#/data");
      const button = page.getByRole("button", { name });
      await button.waitFor();
      await workbench.context.route("**/*", (route) => route.abort());
      await button.click();
      await dialog().waitFor();
      await page.keyboard.press("Escape");
      await dialog().waitFor({ state: "detached" });
      await button.click();
      await dialog().waitFor();
      workbench.expectsConsoleErrors = true;
    },
  );

  test("fetches a series from an exchange, showing how far it is, and lists it without a reload", async () => {
    const { page } = workbench;
    let answer: () => void = () => undefined;
    secondPage = new Promise((resolve) => {
      answer = resolve;
    });
    await workbench.go("#/data");
    await page.getByRole("button", { name: "Fetch from an exchange" }).click();
    await dialog().getByLabel("Exchange").fill("binance");
    await dialog().getByLabel("Symbols").fill("ETH/USDT");
    await dialog().getByLabel("Timeframe").fill("1h");
    await dialog().getByLabel("From").fill("2024-01-01");
    await dialog().getByLabel("To").fill("2024-05-01");
    await dialog().getByRole("button", { name: "Fetch", exact: true }).click();
    await dialog().waitFor({ state: "detached" });
    const title = "Fetch ETH/USDT 1h from binance";
    const bar = page.getByRole("region", { name: "Running jobs" }).getByRole("progressbar", { name: title });
    await expect.poll(() => bar.getAttribute("aria-valuenow")).toBe("1000");
    expect(await bar.getAttribute("aria-valuemax")).toBe(String(121 * 24));
    answer();
    await page.getByText(`${title}: done.`).waitFor();
    await bar.waitFor({ state: "detached" });
    const binance = page.getByRole("region", { name: "binance" });
    await binance.getByRole("link", { name: "ETH/USDT" }).click();
    await page.getByRole("heading", { name: /ETH\/USDT/ }).waitFor();
    expect(await page.getByRole("grid").getAttribute("aria-rowcount")).toBe(String(121 * 24 + 1));
    expect(exchange.requests.every((query) => query.get("symbol") === "ETHUSDT")).toBe(true);

    await workbench.openNotebook("Query what was fetched", [
      ["sql", "SELECT count(*) AS n, sum(close) AS total FROM binance.eth_usdt_1h", "fetched"],
      ["ts", `const [row] = Array.from(fetched); display(row.n + " in all " + row.total);`],
    ]);
    const closes = Array.from({ length: 121 * 24 }, (_, i) => klineAt(START + i * HOUR)[4]);
    const total = closes.reduce((sum, close) => sum + close, 0);
    await expect.poll(() => cellText(page, 2)).toBe(`${closes.length} in all ${total}`);
  });

  test("imports the same candles once and reports those that differ", async () => {
    await workbench.go("#/data");
    await offer("TWICEUSDT-1h-2024-01.csv", klines(24));
    await dialog().getByRole("button", { name: "Import 24 candles" }).click();
    await dialog().getByRole("button", { name: "Close" }).click();
    await dialog().waitFor({ state: "detached" });
    await offer(
      "TWICEUSDT-1h-2024-01.csv",
      klines(30, (i) => (i === 5 ? 999 : 101 + i)),
    );
    await dialog().getByRole("button", { name: "Import 30 candles" }).click();
    await dialog().getByRole("link", { name: "Open the series" }).waitFor();
    const said = await dialog().innerText();
    expect(said).toMatch(/6 candles added/);
    expect(said).toMatch(/23 were there already/);
    expect(said).toMatch(/1 candle|conflict|other values/i);
    expect(said).toContain("999");
  });

  test("says what is wrong with a file, names the line, and keeps nothing of it", async () => {
    await workbench.go("#/data");
    const lines = klines(24).split("\n");
    lines[7] = lines[7].replace(/^(\d+),[^,]+/, "$1,twelve");
    await offer("BADUSDT-1h-2024-01.csv", lines.join("\n"));
    await dialog().getByRole("alert").waitFor();
    expect(await dialog().getByRole("alert").innerText()).toMatch(/twelve/);
    expect(
      await dialog()
        .getByRole("button", { name: /^Import/ })
        .isDisabled(),
    ).toBe(true);
    await dialog().getByRole("button", { name: "Cancel" }).click();
    await expect.poll(() => workbench.page.getByText("BAD/USDT").count()).toBe(0);
    workbench.expectsConsoleErrors = true;
  });

  test("deletes a series after saying what will be gone", async () => {
    const { page } = workbench;
    await workbench.go("#/data");
    await offer("GONEUSDT-1h-2024-01.csv", klines(12));
    await dialog().getByRole("button", { name: "Import 12 candles" }).click();
    await dialog().getByRole("link", { name: "Open the series" }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    expect(await dialog().innerText()).toMatch(/12 candles/);
    await dialog().getByRole("button", { name: "Delete 12 candles" }).click();
    await page.getByText(/was deleted/).waitFor();
    await expect.poll(() => page.getByRole("link", { name: "GONE/USDT" }).count()).toBe(0);
  });

  test("shows a simulated series with its label, a chart and its rows", async () => {
    const { page } = workbench;
    await workbench.go("#/data");
    await page.getByRole("link", { name: "SOL/USDT" }).click();
    await page.getByRole("heading", { name: /SOL\/USDT/ }).waitFor();
    await page.locator(".page-head").getByText("simulated").waitFor();
    await page.getByRole("grid").waitFor();
    expect(await page.getByText("simulated.sol_usdt_5m").count()).toBe(1);
  });
});

const samples = sharedData("raw/layout_samples");
describe.skipIf(samples === undefined)(`files of real exchanges (${WITHOUT_DATA})`, () => {
  test.each([
    ["BTCUSDT-1h-2021-04.csv", /Binance/],
    ["BTCUSDT-1h-2025-style.csv", /Binance/],
    ["Binance_BTCUSDT_1h.csv", /CryptoDataDownload/],
    ["XBTUSD_60.csv", /Kraken/],
  ])("are recognised in the preview: %s", async (name, layout) => {
    await workbench.go("#/data");
    await offer(name, readFileSync(join(samples ?? "", name)));
    await dialog().getByText(layout).first().waitFor();
    await expect
      .poll(() =>
        dialog()
          .getByRole("button", { name: /^Import [\d\s\u2009]+ candles$/ })
          .isEnabled(),
      )
      .toBe(true);
    await dialog().getByRole("button", { name: "Cancel" }).click();
  });
});
