import { EngineError, nearestName } from "../core/errors.ts";
import { freezeDeep } from "../core/freeze.ts";
import { presetRules, type RiskPreset, RULE_DEFAULTS } from "./presets.ts";
import type { RiskRules, RuleName, RuleParameters } from "./rules.ts";

/** `true` switches a rule on with its defaults, `false` off; a record gives some of its parameters; a list is whole. */
export type RuleSetting<Parameters> =
  | boolean
  | (Parameters extends readonly unknown[] ? Parameters : Partial<Parameters>);

/**
 * What is asked of the risk rules: a preset, and what differs from it. Without a preset a backtest starts from
 * `"research"` (nothing on but sanity), so that `{ dailyLoss: true }` switches on this one rule; a paper session starts
 * from `"standard"`.
 */
export type RiskSettings = {
  readonly preset?: RiskPreset;
} & { readonly [Rule in RuleName]?: RuleSetting<RuleParameters[Rule]> };

const PRESETS: readonly RiskPreset[] = ["research", "standard"];
const RULES = Object.keys(RULE_DEFAULTS) as RuleName[];

/** The rules in force: the preset's, and what was given over them. Refuses what cannot be meant. */
export function riskSettings(
  given: RiskPreset | RiskSettings | undefined,
  fallback: RiskPreset = "research",
): RiskRules {
  if (typeof given === "string") return riskSettings({ preset: given }, fallback);
  const { preset = fallback, ...settings } = given ?? {};
  if (!PRESETS.includes(preset)) throw unknown("preset", String(preset), PRESETS);
  const rules: Record<string, unknown> = { ...presetRules(preset) };
  for (const [name, setting] of Object.entries(settings)) {
    if (!isRule(name)) throw unknown("setting", name, ["preset", ...RULES]);
    if (setting !== undefined) rules[name] = setting;
  }
  return freezeDeep(rules) as RiskRules;
}

function isRule(name: string): name is RuleName {
  return RULES.some((rule) => rule === name);
}

function unknown(what: string, given: string, known: readonly string[]): EngineError {
  const nearest = nearestName(given, known);
  return new EngineError(
    `risk.unknown-${what}`,
    `risk: there is no ${what} "${given}". ` +
      (nearest === undefined ? `Expected one of ${known.join(", ")}.` : `Did you mean "${nearest}"?`),
    { given, nearest },
  );
}
