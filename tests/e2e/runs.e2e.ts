import { describe, expect, test } from "vitest";
import { cellText, tokenOf } from "./app.ts";
import { useWorkbench } from "./workbench.ts";

const workbench = useWorkbench();
const dialog = () => workbench.page.getByRole("dialog", { name: "New run" });
const rows = () => workbench.page.getByTestId("run");

/** Starts a run of the form's own defaults but for what is given, and waits until it is listed. */
async function startRun({ strategy, fee }: { strategy: string; fee: number }): Promise<void> {
  const { page, app } = workbench;
  const headers = { "x-walkforward-token": await tokenOf(page) };
  const before = ((await (await fetch(`${app.url}/api/runs`, { headers })).json()) as unknown[]).length;
  await page.getByRole("button", { name: "New run" }).click();
  await dialog().getByLabel("Strategy").selectOption(strategy);
  await dialog().getByLabel("Fee, bps a side").fill(String(fee));
  await dialog().getByRole("button", { name: "Start the run" }).click();
  await dialog().waitFor({ state: "detached" });
  await expect.poll(() => rows().count(), { timeout: 90_000 }).toBe(before + 1);
}

describe("the runs page", () => {
  test("starts runs from its form, lists, filters, compares and opens them", async () => {
    const { page } = workbench;
    await workbench.go("#/runs");
    await page.getByRole("heading", { name: "Runs" }).waitFor();
    await startRun({ strategy: "macd-rsi-confluence", fee: 10 });
    await startRun({ strategy: "macd-rsi-confluence", fee: 0 });
    await startRun({ strategy: "momentum-rank", fee: 10 });
    expect(await rows().first().innerText()).toContain("simulated");

    await page.getByRole("searchbox", { name: "Filter runs" }).fill("momentum");
    await expect.poll(() => rows().count()).toBe(1);
    expect(await rows().first().innerText()).toContain("momentum-rank");
    await page.getByRole("searchbox", { name: "Filter runs" }).fill("");
    await expect.poll(() => rows().count()).toBe(3);

    await page.getByRole("button", { name: /^Strategy/ }).click();
    expect(await rows().last().innerText()).toContain("momentum-rank");

    const confluence = rows().filter({ hasText: "macd-rsi-confluence" });
    for (const at of [0, 1]) await confluence.nth(at).getByRole("checkbox").check();
    await page.getByRole("button", { name: "Compare 2" }).click();
    await page.getByRole("heading", { name: "2 runs side by side" }).waitFor();
    const differences = page.getByRole("region", { name: "What differs" });
    expect(await differences.innerText()).toMatch(/fee/i);
    expect(await differences.innerText()).not.toMatch(/window/i);
    await page.getByRole("article", { name: "Runs side by side" }).waitFor();

    await page.getByRole("link", { name: "All runs" }).click();
    await rows().filter({ hasText: "momentum-rank" }).getByRole("link").click();
    const report = page.getByRole("article", { name: "Evaluation of momentum-rank" });
    await report.waitFor();
    expect(await report.innerText()).toContain("By symbol");
    expect(await report.getByText("simulated").count()).toBeGreaterThan(0);
  });

  test("keeps what a notebook evaluates, with the hash that the notebook shows", async () => {
    const { page } = workbench;
    await workbench.openNotebook("Kept run", [
      ["ts", `const result = await evaluate("momentum-rank", { feeBps: 3 });`],
      ["ts", `display(result.hash);`],
    ]);
    await expect.poll(() => cellText(page, 2)).toMatch(/^[0-9a-f]{64}$/);
    const hash = await cellText(page, 2);
    await workbench.go("#/runs");
    await page.getByRole("searchbox", { name: "Filter runs" }).fill(hash.slice(0, 16));
    await expect.poll(() => rows().count()).toBe(1);
    await rows().first().getByRole("link").click();
    await expect.poll(() => page.getByRole("article").textContent()).toContain(hash);
  });

  test("deletes a run", async () => {
    const { page } = workbench;
    await workbench.go("#/runs");
    await startRun({ strategy: "momentum-rank", fee: 7 });
    const before = await rows().count();
    await rows().first().getByRole("checkbox").check();
    await page.getByRole("button", { name: "Delete 1" }).click();
    await expect.poll(() => rows().count()).toBe(before - 1);
  });

  test("says what the form's values lack before anything is started", async () => {
    const { page } = workbench;
    await workbench.go("#/runs");
    await page.getByRole("button", { name: "New run" }).click();
    await dialog().getByLabel("Window: hold for").fill("soon");
    expect(await dialog().getByRole("alert").innerText()).toMatch(/90m, 4h or 1d/);
    expect(await dialog().getByRole("button", { name: "Start the run" }).isDisabled()).toBe(true);
    await dialog().getByLabel("Window: hold for").fill("1m");
    await dialog().getByRole("button", { name: "Start the run" }).click();
    await expect.poll(() => page.getByText(/window/i).allInnerTexts()).not.toEqual([]);
    workbench.expectsConsoleErrors = true;
  });
});

describe("the jobs page", () => {
  test("shows what the server did, and leads to the run", async () => {
    const { page } = workbench;
    await workbench.go("#/runs");
    await startRun({ strategy: "macd-rsi-confluence", fee: 4 });
    await workbench.go("#/jobs");
    const job = page.getByTestId("job").filter({ hasText: "macd-rsi-confluence" }).first();
    await expect.poll(() => job.getAttribute("data-state")).toBe("done");
    await job.getByRole("link", { name: "Open the run" }).click();
    await page.getByRole("article", { name: "Evaluation of macd-rsi-confluence" }).waitFor();
  });
});
