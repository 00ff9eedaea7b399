import type { RiskMarket } from "./account.ts";

/** Whether one of the patterns is the market's symbol or id; `*` in a pattern stands for any text. */
export function matchesMarket(patterns: readonly string[], market: RiskMarket): boolean {
  return patterns.some((pattern) => {
    const expression = glob(pattern);
    return expression.test(market.symbol) || expression.test(market.id);
  });
}

function glob(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
