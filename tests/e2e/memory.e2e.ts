import { describe, expect, test } from "vitest";
import { cellText } from "./app.ts";
import { useWorkbench } from "./workbench.ts";

const workbench = useWorkbench();

describe("a query that needs more memory than the browser's database has", () => {
  test("says so in words, and the next query works", async () => {
    await workbench.openNotebook("Memory", [
      ["sql", "SELECT count(*) AS n FROM simulated.candles_5m", "before"],
      ["ts", `display("before: " + Array.from(before)[0].n);`],
    ]);
    await expect.poll(() => cellText(workbench.page, 2)).toBe("before: 310814");
    await workbench.replaceCode(1, "SELECT len(list(range)) AS n FROM range(400000000)");
    await expect.poll(() => workbench.state(1), { timeout: 120_000 }).toBe("failed");
    expect(await workbench.cell(1).innerText()).toMatch(/needs more memory than the browser.s database has/);
    expect(await workbench.cell(2).innerText()).toMatch(/waits for\s+before/);
    await workbench.replaceCode(1, "SELECT count(*) AS n FROM simulated.btc_usdt_5m");
    await expect.poll(() => cellText(workbench.page, 2)).toMatch(/^before: 25\d{3}$/);
    await expect
      .poll(() => workbench.page.getByTestId("database-memory").innerText())
      .toMatch(/Database \d.* (k|M)B/);
  });
});
