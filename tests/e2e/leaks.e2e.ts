import AxeBuilder from "@axe-core/playwright";
import { describe, expect, test } from "vitest";
import { useWorkbench, type Workbench } from "./workbench.ts";

const workbench = useWorkbench();

type Cells = Parameters<Workbench["openNotebook"]>[1];

const CELLS: Cells = [
  ["ts", `const prices = await candles("BTC/USDT", "1h", { exchange: "simulated" });`],
  ["ts", `const middle = prices.close.reduce((sum, x) => sum + x, 0) / prices.close.length;`],
  ["ts", `const features = { rsi: rsi(prices.close, 14), above: prices.close.map((x) => x / middle - 1) };`],
  ["ts", `const average = sma(prices.close, 20);`],
];

/** A loaded machine is slow, not wrong. */
const PATIENCE = { timeout: 120_000 };

const badge = (id: number) => workbench.cell(id).getByRole("button", { name: /^Leak probe:/ });

/** In light and in dark. */
async function expectAccessible(): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await workbench.page.emulateMedia({ colorScheme });
    await workbench.page.waitForFunction(() =>
      document.getAnimations().every((animation) => !(animation instanceof CSSTransition)),
    );
    const { violations } = await new AxeBuilder({ page: workbench.page }).analyze();
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(
      serious.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`)),
    ).toEqual([]);
  }
}

describe("whether a cell sees the future", () => {
  test("is said on demand, with the row, the input and the cell that it comes from", async () => {
    await workbench.openNotebook("Asked", [
      ...CELLS,
      ["ts", `display(await leakProbe(features, { cuts: 8 }));`],
    ]);
    const view = workbench.cell(5).getByRole("article", { name: "Leak probe of features" });
    await view.waitFor(PATIENCE);
    const said = () => view.innerText();
    await expect.poll(said).toContain("1 of 2 columns see the future.");
    await expect.poll(said).toContain("First seen in middle of cell 2.");
    await expect.poll(said).toContain("through close of BTC/USDT 1h");
    await expect.poll(said).toContain("simulated");
    const verdicts = view.locator(".wf-leaks-tag");
    await expect.poll(() => verdicts.allInnerTexts()).toEqual(["sees the future", "past only"]);
    await view.getByRole("button", { name: "go to cell 2" }).click();
    await expect.poll(() => workbench.cell(2).getAttribute("aria-current")).toBe("true");

    await expectAccessible();
  });

  test("is looked at unasked while all is quiet, shown by a badge that opens what was found, and counts no trial", async () => {
    await workbench.openNotebook("Unasked", CELLS);
    await badge(3).waitFor(PATIENCE);
    await badge(4).waitFor(PATIENCE);
    await expect.poll(() => badge(3).getAttribute("aria-label")).toBe("Leak probe: sees the future");
    await expect.poll(() => badge(4).getAttribute("aria-label")).toBe("Leak probe: past only");
    // Candles are what is looked at, and a single number is no column.
    expect(await badge(1).count()).toBe(0);
    expect(await badge(2).count()).toBe(0);
    await badge(3).click();
    const details = workbench.cell(3).getByRole("article", { name: "Leak probe of features" });
    await details.waitFor();
    await expect.poll(() => details.innerText()).toContain("a quick look at few moments");
    await expectAccessible();
    await badge(3).click();
    await details.waitFor({ state: "detached" });
    await expect
      .poll(() =>
        workbench.page
          .getByRole("button", { name: /trials?$/ })
          .first()
          .innerText(),
      )
      .toMatch(/^0 trials/);

    // A badge speaks of what stands there now.
    await workbench.replaceCode(3, `const features = { rsi: rsi(prices.close, 14) };`);
    await expect.poll(() => badge(3).getAttribute("aria-label"), PATIENCE).toBe("Leak probe: past only");
  });
});
