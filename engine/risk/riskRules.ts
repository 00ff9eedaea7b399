import { presetRules, RULE_DEFAULTS } from "./presets.ts";
import { type Field, isRecordRule, RULE_FIELDS } from "./ruleFields.ts";
import type { RuleName } from "./rules.ts";
import { duration, percent, rounded } from "./words.ts";

/** One rule as documentation and forms show it. */
export type RiskRuleEntry = {
  readonly name: RuleName;
  readonly family: "gate" | "breaker" | "protection" | "reduction";
  readonly looksAt: string;
  readonly action: string;
  /** Its parameters when it is switched on with `true`, in words; empty where it has to be given a list. */
  readonly defaults: readonly { readonly parameter: string; readonly value: string }[];
  readonly isStandard: boolean;
  readonly isResearch: boolean;
};

const REFUSES = "refuses orders that open or enlarge a position";

const TEXTS: {
  readonly [Rule in RuleName]: Pick<RiskRuleEntry, "family" | "looksAt" | "action">;
} = {
  solvency: gate("equity against a share of the start, and whether amount and price are numbers"),
  whitelist: gate("whether the symbol is on the list"),
  blacklist: gate("whether the symbol is on the list"),
  closedHours: gate("the hour of the week, UTC or at a fixed offset"),
  blackouts: gate("a calendar of events"),
  ordersPerMinute: gate("orders sent in the last 60 seconds, of the market or of the account"),
  tradesPerDay: gate("positions opened since 00:00 UTC, in the market or the account"),
  spread: gate("the spread of the last quote by its middle"),
  volatility: gate("annual standard deviation of the market's latest returns"),
  priceCollar: gate(
    "distance of a limit or trigger price from the last price, through the market or away from it",
  ),
  orderSize: gate("notional of the order"),
  positionSize: gate("notional of the market's position with its live orders"),
  exposure: gate("notional of all positions with their live orders, gross and net"),
  categoryExposure: gate("gross notional of the markets of one category"),
  correlation: gate("how many held positions move with the new one"),
  leverage: gate("leverage of the order"),
  marginUse: gate("margin in use with the order, by equity"),
  rewardToRisk: gate("distance to the target by distance to the stop, where the order has both"),
  openRisk: gate("loss at all stops together, by equity"),
  dailyLoss: {
    family: "breaker",
    looksAt: "loss of equity since 00:00 UTC; again at twice the loss, three times …",
    action: "pauses the account and cancels orders that wait to open",
  },
  drawdown: {
    family: "breaker",
    looksAt: "loss since the peak of equity; again at twice the loss, until a new peak",
    action: "pauses the account and cancels orders that wait to open",
  },
  maxDrawdown: {
    family: "breaker",
    looksAt: "loss since the peak of equity",
    action: "cancels all orders, closes all positions and stops until trading is resumed by hand",
  },
  losingTrades: {
    family: "breaker",
    looksAt: "trades lost one after another",
    action: "pauses the account and cancels orders that wait to open",
  },
  errorRate: {
    family: "breaker",
    looksAt: "share of the latest orders that were rejected",
    action: "pauses the account",
  },
  priceSpike: {
    family: "breaker",
    looksAt: "move of a market's price inside a window",
    action: "cancels the market's orders that wait to open; what protects a position stays",
  },
  exchangeErrors: {
    family: "breaker",
    looksAt: "errors of one exchange inside a window, more than so many",
    action: "pauses that exchange",
  },
  positionAge: {
    family: "breaker",
    looksAt: "time since a position was opened",
    action: "closes the position",
  },
  cooldown: protection("the end of a trade", "pauses its market"),
  stopLossGuard: protection(
    "losing exits by a stop, all markets or one",
    "pauses the account, or the market",
  ),
  drawdownGuard: protection("drawdown of the profit of closed trades", "pauses the account"),
  lowProfitPairs: protection("returns of a market's closed trades, added up", "pauses the market"),
  losingStreak: {
    family: "reduction",
    looksAt: "trades lost one after another",
    action: "reduces the size of new positions until a trade wins",
  },
  drawdownSize: {
    family: "reduction",
    looksAt: "drawdown as a share of what is allowed (maxDrawdown, else drawdown, else 20 %)",
    action: "reduces the size of new positions until half of that drawdown is made good",
  },
};

/** Every rule, in the order in which they are looked at. */
export const riskRules: readonly RiskRuleEntry[] = (Object.keys(RULE_DEFAULTS) as RuleName[]).map((name) => ({
  name,
  ...TEXTS[name],
  defaults: defaultsOf(name),
  isStandard: presetRules("standard")[name] !== false,
  isResearch: presetRules("research")[name] !== false,
}));

/** The rules as a table in Markdown. */
export function riskRulesTable(): string {
  const rows = riskRules.map(({ name, looksAt, action, defaults, isStandard }) => {
    const values = defaults.map(({ parameter, value }) => `\`${parameter}\` ${value}`).join(", ");
    return [
      `\`${name}\``,
      looksAt,
      values === "" ? "none: give a list" : values,
      action,
      isStandard ? "yes" : "",
    ];
  });
  const head = ["rule", "looks at", "default when on", "then", 'in "standard"'];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function gate(looksAt: string): Pick<RiskRuleEntry, "family" | "looksAt" | "action"> {
  return { family: "gate", looksAt, action: REFUSES };
}

function protection(looksAt: string, action: string): Pick<RiskRuleEntry, "family" | "looksAt" | "action"> {
  return { family: "protection", looksAt, action };
}

function defaultsOf(rule: RuleName): RiskRuleEntry["defaults"] {
  if (!isRecordRule(rule)) return [];
  const fields: Readonly<Record<string, Field>> = RULE_FIELDS[rule];
  return Object.entries(RULE_DEFAULTS[rule])
    .filter(([, value]) => typeof value !== "object")
    .map(([parameter, value]) => ({ parameter, value: inWords(fields[parameter], value) }));
}

function inWords(field: Field, value: unknown): string {
  if (field.kind !== "number" || typeof value !== "number") return String(value);
  if (field.unit === "fraction") return percent(value);
  if (field.unit === "ms") return duration(value);
  return field.unit === "bps" ? percent(value / 10_000) : rounded(value);
}
