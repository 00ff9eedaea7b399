import { describe, expect, test } from "vitest";
import { cellText, notebookFrame, tokenOf } from "./app.ts";
import { useWorkbench, type Workbench } from "./workbench.ts";

const workbench = useWorkbench();

/** A strategy whose every decision counts to what the slider says. Forty million take about half a minute in all. */
function slowNotebook(): Parameters<Workbench["openNotebook"]>[1] {
  return [
    ["ts", `const turns = view(Inputs.range([0, 1e9], { value: 4e7, step: 1 }));`],
    [
      "ts",
      `const slow = defineStrategy({
  name: "slow", timeframe: "5m", history: 300, parameters: {},
  features: ({ close }) => ({ average: sma(close, 20) }),
  decide: ({ market }) => {
    let counted = 0;
    for (let i = 0; i < turns; i++) counted += i % 7;
    return counted < 0 ? [] : [{ symbol: market.rows[0].symbol, weight: 1 }];
  },
});`,
    ],
    ["ts", `const result = await evaluate(slow, { feeBps: 10 });`],
    ["ts", `display("trades: " + result.trades.length);`],
  ];
}

const bar = () => workbench.cell(3).getByRole("progressbar", { name: "Evaluate slow" });
const strip = () => workbench.page.getByRole("region", { name: "Running jobs" });

async function expectCanceledThenMended(): Promise<void> {
  await expect.poll(() => workbench.state(3)).toBe("failed");
  expect(await workbench.cell(3).innerText()).toContain("Canceled before it finished");
  expect(await workbench.cell(4).innerText()).toMatch(/waits for\s+result/);
  await strip().waitFor({ state: "detached" });
  await workbench.slide(1, 0);
  await expect.poll(() => cellText(workbench.page, 4)).toMatch(/^trades: \d{3,4}$/);
  expect(await workbench.state(3)).toBe("ok");
}

describe("an evaluation in a cell", () => {
  test("shows how far it is and how long it will take, is canceled by its cell, and runs again", async () => {
    await workbench.openNotebook("Cancel in the cell", slowNotebook());
    await bar().waitFor();
    await expect.poll(() => workbench.cell(3).innerText()).toMatch(/\d\s?% · \d+\s(s|min).* left/);
    expect(await workbench.state(3)).toBe("running");
    await workbench.cell(3).getByRole("button", { name: "Cancel Evaluate slow" }).click();
    await expectCanceledThenMended();
  });

  test("is shown in the strip of the shell too, and canceled from there", async () => {
    await workbench.openNotebook("Cancel in the strip", slowNotebook());
    await strip().getByText("Evaluate slow").waitFor();
    await strip().getByRole("button", { name: "Cancel Evaluate slow" }).click();
    await expectCanceledThenMended();
  });

  test("that is run again replaces the one under way", async () => {
    const { page, app } = workbench;
    await workbench.openNotebook("Replaced", slowNotebook());
    await bar().waitFor();
    await workbench.slide(1, 1);
    await expect.poll(() => cellText(page, 4)).toMatch(/^trades: \d{3,4}$/);
    expect(await bar().count()).toBe(0);
    const headers = { "x-walkforward-token": await tokenOf(page) };
    const runs = async (): Promise<unknown[]> => {
      const answer = await fetch(`${app.url}/api/runs`, { headers });
      const list = (await answer.json()) as { strategy: { name: string }; notebook: string | null }[];
      return list.filter(
        ({ strategy, notebook }) => strategy.name === "slow" && /replaced/i.test(notebook ?? ""),
      );
    };
    await expect.poll(runs).toHaveLength(1);
  });

  test("that never ends is canceled all the same, and the next one gets another worker", async () => {
    await workbench.openNotebook("Endless", slowNotebook());
    await bar().waitFor();
    const run = () => workbench.cell(3).getAttribute("data-run");
    const before = await run();
    await workbench.slide(1, 1e9);
    await expect.poll(run).not.toBe(before);
    await workbench.cell(3).getByRole("button", { name: "Cancel Evaluate slow" }).click();
    await expectCanceledThenMended();
  });
});

describe("a compute worker that is killed", () => {
  test("rejects its evaluation, the cell says so, and the next run works", async () => {
    const { context } = workbench;
    await context.addInitScript(() => {
      const started: Worker[] = [];
      Object.assign(globalThis, { startedWorkers: started });
      globalThis.Worker = class extends Worker {
        constructor(...given: ConstructorParameters<typeof Worker>) {
          super(...given);
          started.push(this);
        }
      };
    });
    await workbench.page.reload();
    await workbench.openNotebook("Killed", slowNotebook());
    await expect.poll(() => workbench.cell(3).innerText()).toContain("left");
    const frame = workbench.page.frames().find((one) => one.url().endsWith("/compute.html"));
    await frame?.evaluate(() =>
      (globalThis as unknown as { startedWorkers: Worker[] }).startedWorkers.at(-1)?.terminate(),
    );
    await expect.poll(() => workbench.state(3)).toBe("failed");
    expect(await workbench.cell(3).innerText()).toContain("The compute worker died");
    expect(await notebookFrame(workbench.page).locator('[data-cell-id][data-state="failed"]').count()).toBe(
      1,
    );
    await workbench.slide(1, 0);
    await expect.poll(() => cellText(workbench.page, 4)).toMatch(/^trades: \d{3,4}$/);
  });
});
