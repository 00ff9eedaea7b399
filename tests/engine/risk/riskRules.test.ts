import { describe, expect, it } from "vitest";
import { presetRules, RULE_DEFAULTS } from "#engine/risk/presets.ts";
import { riskRules, riskRulesTable } from "#engine/risk/riskRules.ts";
import { isRecordRule } from "#engine/risk/ruleFields.ts";

describe("the catalogue of risk rules", () => {
  it("has every setting once, in the order in which the rules are looked at", () => {
    expect(riskRules.map(({ name }) => name)).toEqual(Object.keys(RULE_DEFAULTS));
    expect(Object.keys(presetRules("standard"))).toEqual(Object.keys(RULE_DEFAULTS));
  });

  it("says of each what it looks at, what it does, and every default", () => {
    for (const { name, looksAt, action, defaults } of riskRules) {
      expect(looksAt.length, name).toBeGreaterThan(10);
      expect(action.length, name).toBeGreaterThan(10);
      const plain = Object.entries(RULE_DEFAULTS[name]).filter(([, value]) => typeof value !== "object");
      expect(defaults.map(({ parameter }) => parameter)).toEqual(
        isRecordRule(name) ? plain.map(([key]) => key) : [],
      );
    }
  });

  it("prints a row for each rule, with units in words", () => {
    const rows = riskRulesTable().split("\n");
    expect(rows).toHaveLength(2 + riskRules.length);
    for (const row of rows) expect(row.split(" | ")).toHaveLength(5);
    expect(rows.find((row) => row.startsWith("| `dailyLoss`"))).toBe(
      "| `dailyLoss` | loss of equity since 00:00 UTC; again at twice the loss, three times … | " +
        "`fraction` 5 %, `pauseMs` 1 hour | pauses the account and cancels orders that wait to open | yes |",
    );
  });
});
