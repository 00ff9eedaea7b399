import { describe, expect, test } from "vitest";
import { parseWire } from "#engine/core/wireJson.ts";
import type { Job, OptimisationDetails, OptimiseRequest } from "#server/contract.ts";
import { cellText, tokenOf } from "./app.ts";
import { useWorkbench } from "./workbench.ts";

const workbench = useWorkbench();
const dialog = () => workbench.page.getByRole("dialog", { name: "New run" });
const job = () => workbench.page.getByTestId("job").filter({ hasText: "Optimise momentum-rank" });

async function call<T>(path: string, body?: unknown): Promise<T> {
  const headers = {
    "x-walkforward-token": await tokenOf(workbench.page),
    "content-type": "application/json",
  };
  const answer = await fetch(`${workbench.app.url}/api${path}`, {
    headers,
    ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
  });
  return parseWire(await answer.text()) as T;
}

describe("a search on the server", () => {
  test("starts from the form, is there after a reload, and can be canceled", async () => {
    const { page } = workbench;
    await workbench.go("#/runs");
    await page.getByRole("button", { name: "New run" }).click();
    await dialog().getByLabel("Kind").selectOption("optimisation");
    await dialog().getByLabel("Strategy").selectOption("momentum-rank");
    await dialog().getByLabel("Points in each fold").fill("5000");
    await dialog().getByLabel("Folds").fill("2");
    await dialog().getByLabel("Sampler").selectOption("random");
    await dialog().getByLabel("Made small in training").selectOption("sharpe");
    await dialog().getByRole("button", { name: "Start the run" }).click();
    await dialog().waitFor({ state: "detached" });
    await workbench.go("#/jobs");
    await expect.poll(() => job().getAttribute("data-state")).toBe("running");
    await expect.poll(() => job().innerText()).toMatch(/Best so far in fold 2 of 2: loss .+ at /);
    await page.reload();
    await expect.poll(() => job().innerText()).toMatch(/\d+ of 10.002\s+points/);
    await job().getByRole("button", { name: "Cancel" }).click();
    await expect.poll(() => job().getAttribute("data-state")).toBe("canceled");
  });

  test("ends as a run whose hash is that of optimise in a cell, and shows what the cell shows", async () => {
    const { page } = workbench;
    const symbols = ["BTC/USDT", "ETH/USDT"];
    const request: OptimiseRequest = {
      ...{ strategy: "momentum-rank", exchange: "simulated", symbols, trials: 6, loss: "sharpe", seed: 3 },
      ...{ folds: { folds: 2 }, backtest: { timeframe: "4h" } },
    };
    const { strategy: _, ...options } = request;
    await workbench.openNotebook("Searched twice", [
      ["ts", `const found = await optimise(momentumRank, ${JSON.stringify(options)});`],
      ["ts", "display(found.hash);"],
    ]);
    await expect.poll(() => cellText(page, 2)).toMatch(/^[0-9a-f]{64}$/);
    const { id } = await call<Job>("/runs/optimise", request);
    await expect.poll(async () => (await call<Job>(`/jobs/${id}`)).state).toBe("done");
    const { runId } = (await call<Job>(`/jobs/${id}`)).result as { runId: string };
    const { optimisation } = await call<OptimisationDetails>(`/runs/${runId}`);
    expect(optimisation.hash).toBe(await cellText(page, 2));

    await workbench.go("#/runs");
    await expect.poll(() => page.getByTestId("run").first().innerText()).toContain("optimisation, form");
    await page.getByTestId("run").first().getByRole("link", { name: "momentum-rank" }).click();
    await expect
      .poll(() => page.locator(".wf-optimisation .wf-verdict").innerText())
      .toBe(optimisation.verdict.text);
  });
});
