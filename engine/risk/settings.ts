import { freezeDeep } from "../core/freeze.ts";
import { readList } from "./listSettings.ts";
import { presetRules, type RiskPreset, RULE_DEFAULTS } from "./presets.ts";
import { type Field, isRecordRule, type RecordRule, RULE_FIELDS } from "./ruleFields.ts";
import type { RiskRules, RuleName, RuleParameters } from "./rules.ts";
import { isRecord, show, unknown, wrong } from "./settingErrors.ts";

/**
 * `true` switches a rule on with its defaults, `false` off. A record gives some of its parameters; the others are the
 * preset's where that has the rule on, else the defaults. A rule that is a list is given whole.
 */
export type RuleSetting<Parameters> = Parameters extends readonly unknown[]
  ? false | Parameters
  : boolean | Partial<Parameters>;

/**
 * What is asked of the risk rules: a preset, and what differs from it. Without a preset a backtest starts from
 * `"research"` (nothing on but sanity), so that `{ dailyLoss: true }` switches on this one rule and no other; a paper
 * session starts from `"standard"`.
 */
export type RiskSettings = {
  readonly preset?: RiskPreset;
} & { readonly [Rule in RuleName]?: RuleSetting<RuleParameters[Rule]> };

const PRESETS: readonly RiskPreset[] = ["research", "standard"];
const RULES = Object.keys(RULE_DEFAULTS) as RuleName[];

/** The rules in force: the preset's, and what was given over them. Frozen. Refuses what cannot be meant. */
export function riskSettings(
  given: RiskPreset | RiskSettings | undefined,
  fallback: RiskPreset = "research",
): RiskRules {
  if (typeof given === "string") return riskSettings({ preset: given }, fallback);
  if (given !== undefined && !isRecord(given))
    throw wrong(
      "settings",
      `${show(given)} is no risk setting; expected a preset's name or a record of rules.`,
      {},
    );
  const { preset = fallback, ...settings } = given ?? {};
  if (!PRESETS.includes(preset)) throw unknown("preset", String(preset), PRESETS);
  const base = presetRules(preset);
  const rules: Record<string, unknown> = { ...base };
  for (const [name, setting] of Object.entries<unknown>(settings)) {
    const rule = RULES.find((known) => known === name);
    if (rule === undefined) throw unknown("setting", name, ["preset", ...RULES]);
    if (setting === undefined) continue;
    if (setting === false) rules[rule] = false;
    else if (isRecordRule(rule)) rules[rule] = readRecord(rule, setting, base[rule] || RULE_DEFAULTS[rule]);
    else rules[rule] = readList(rule, setting);
  }
  return freezeDeep(structure(rules)) as RiskRules;
}

function readRecord(rule: RecordRule, setting: unknown, base: object): object {
  if (setting === true) return checked(rule, RULE_DEFAULTS[rule]);
  if (!isRecord(setting)) {
    throw wrong(
      rule,
      `${rule} is ${show(setting)}; expected true, false or a record with ${Object.keys(RULE_FIELDS[rule]).join(", ")}.`,
      { given: show(setting) },
    );
  }
  const fields: Readonly<Record<string, Field>> = RULE_FIELDS[rule];
  for (const name of Object.keys(setting))
    if (!Object.hasOwn(fields, name)) throw unknown(`parameter`, name, Object.keys(fields), `${rule} has`);
  const given = Object.entries(setting).filter(([, value]) => value !== undefined);
  // Of several limits that one may set, those that were set stand alone: no default creeps in beside them.
  const setsLimit = given.some(([name]) => isOptional(fields[name]));
  const kept = Object.entries(base).filter(([name]) => !(setsLimit && isOptional(fields[name])));
  return checked(rule, Object.fromEntries([...kept, ...given]));
}

/** Looks at every parameter, and at those that belong together. */
function checked(rule: RecordRule, values: object): object {
  const all: Readonly<Record<string, unknown>> = { ...values };
  for (const [name, field] of Object.entries<Field>(RULE_FIELDS[rule])) {
    if (all[name] === undefined && isOptional(field)) continue;
    const fault = faultOf(field, all[name]);
    if (fault === undefined) continue;
    throw wrong(rule, `${rule}.${name} is ${show(all[name])}; expected ${fault}.`, {
      parameter: name,
      given: show(all[name]),
    });
  }
  const { minSamples, samples, categories, limits } = all;
  if (typeof minSamples === "number" && typeof samples === "number" && minSamples > samples)
    throw wrong(rule, `${rule}.minSamples is ${minSamples}; expected at most its samples, ${samples}.`, {
      minSamples,
      samples,
    });
  if (rule === "categoryExposure" && isRecord(categories) && isRecord(limits))
    checkCategories(categories, limits);
  return all;
}

function checkCategories(categories: object, limits: object): void {
  const known = [...new Set(Object.values(categories).map(String))];
  if (known.length === 0) {
    throw wrong(
      "categoryExposure",
      `categoryExposure has no categories; expected some, such as { categories: { "DOGE/*": "meme" } }.`,
      {},
    );
  }
  for (const name of Object.keys(limits))
    if (!known.includes(name)) throw unknown("category", name, known, "categoryExposure.limits:");
}

function faultOf(field: Field, value: unknown): string | undefined {
  if (field.kind === "flag") return typeof value === "boolean" ? undefined : "true or false";
  if (field.kind === "choice")
    return field.choices.some((choice) => choice === value)
      ? undefined
      : `one of ${field.choices.join(", ")}`;
  if (field.kind === "texts") {
    const isFine =
      isRecord(value) && Object.values(value).every((text) => typeof text === "string" && text !== "");
    return isFine ? undefined : "a record of names";
  }
  if (field.kind === "fractions") {
    const isFine =
      isRecord(value) &&
      Object.values(value).every((one) => typeof one === "number" && one > 0 && one <= 1000);
    return isFine ? undefined : "a record of fractions of equity, above 0";
  }
  const { min, max, isAbove, isWhole, unit } = field;
  const isFine =
    typeof value === "number" &&
    (isAbove ? value > min : value >= min) &&
    value <= max &&
    (!isWhole || Number.isInteger(value));
  if (isFine) return undefined;
  const upTo = max === Number.MAX_VALUE ? "" : ` up to ${max}`;
  return `${isWhole ? "a whole number" : "a number"} ${isAbove ? "above" : "from"} ${min}${upTo}${UNITS[unit]}`;
}

const UNITS = {
  fraction: " (a fraction: 0.05 is 5 %)",
  ms: " (milliseconds: an hour is 3600000)",
  count: "",
  bps: " (hundredths of a percent)",
  quote: " (quote currency)",
  ratio: "",
};

function isOptional(field: Field): boolean {
  return field.kind === "number" && field.isOptional === true;
}

/** A copy down to the last list: what is frozen is ours, not the caller's. */
function structure(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => structure(item));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([name, item]) => [name, structure(item)]),
  );
}
