import { EngineError, nearestName } from "../core/errors.ts";
import type {
  ParameterGroup,
  ParameterSpec,
  ParameterSpecs,
  ParameterValue,
} from "../strategy/parameters.ts";
import {
  type Dimension,
  expectedOf,
  hasValue,
  isNumber,
  type NumberDimension,
  requireRange,
} from "./dimension.ts";
import { Space } from "./space.ts";

/** Which of the declared parameters are searched, and in what part of their ranges. */
export type SearchOptions = {
  /** Only the parameters of these groups, and those named below; all parameters where it is left out. */
  readonly groups?: readonly ParameterGroup[];
  /** By parameter: a narrower range, or a value at which it is held. */
  readonly parameters?: Readonly<Record<string, Narrowing | ParameterValue>>;
};

export type Narrowing = {
  readonly min?: number;
  readonly max?: number;
  /** The distance between the values tried, from `min`. A whole number has its declared step, a decimal none (0). */
  readonly step?: number;
  readonly scale?: "linear" | "log";
  /** Of a choice or a switch: those of its values that are tried. */
  readonly options?: readonly (string | boolean)[];
};

/**
 * The space of a strategy's declared parameters. What the engine takes besides (a stop, a trailing distance, a protection)
 * is searched by declaring it in the same way: `searchSpace({ ...strategy.parameters, stopLoss: decimal(0.05, 0.01, 0.2) })`.
 *
 * A parameter left out of the search keeps its default, and a condition upon it is decided by that default.
 */
export function searchSpace(specs: ParameterSpecs, { groups, parameters = {} }: SearchOptions = {}): Space {
  const names = Object.keys(specs);
  for (const name of Object.keys(parameters)) {
    if (!Object.hasOwn(specs, name)) throw unknown(name, names, "is narrowed");
  }
  const dimensions = new Map<string, Dimension>();
  const activity = new Map<string, Activity>();
  for (const name of parentsFirst(specs)) {
    const spec = specs[name];
    const when = activityOf(name, spec, specs, dimensions, activity);
    activity.set(name, when);
    const isNamed = Object.hasOwn(parameters, name);
    const isChosen =
      groups === undefined || (spec.group !== undefined && groups.includes(spec.group)) || isNamed;
    if (!isChosen) continue;
    const own = narrowed(name, spec, isNamed ? parameters[name] : {});
    if (when === "always") dimensions.set(name, own);
    else if (when !== "never") dimensions.set(name, { ...own, activeWhen: when });
  }
  if (dimensions.size === 0 && names.length > 0) {
    throw new EngineError(
      "optimise.empty-space",
      `None of the parameters ${names.join(", ")} is searched` +
        (groups === undefined ? "." : ` with the groups ${groups.join(", ") || "(none)"}.`) +
        " Name one under parameters, or leave groups out to search them all.",
      { parameters: names, groups: groups && [...groups] },
    );
  }
  return new Space([...dimensions.values()]);
}

function narrowed(name: string, spec: ParameterSpec, given: Narrowing | ParameterValue): Dimension {
  const common = { name, ...(spec.group && { group: spec.group }) };
  if (typeof given !== "object") return heldAt(declared(common, spec), given);
  if (spec.kind === "choice" || spec.kind === "boolean") {
    requireOnly(name, spec.kind, given, ["options"]);
    const dimension = declared(common, spec);
    const { options } = given;
    if (options === undefined) return dimension;
    const isFine = options.length > 0 && new Set(options).size === options.length;
    if (!isFine || !options.every((option) => hasValue(dimension, option))) {
      throw new EngineError(
        "optimise.bad-range",
        `Parameter ${name}: options [${options.join(", ")}]; expected at least one, each once, of those declared: ${expectedOf(dimension)}.`,
        { parameter: name, options: [...options] },
      );
    }
    return { ...common, kind: spec.kind, values: Object.freeze([...options]) };
  }
  requireOnly(name, spec.kind, given, ["min", "max", "step", "scale"]);
  const whole = declared(common, spec) as NumberDimension;
  const { min = whole.min, max = whole.max, step = whole.step, scale = whole.scale } = given;
  const dimension: NumberDimension = { ...whole, min, max, step, scale };
  requireRange(dimension);
  if (min < spec.min || max > spec.max) {
    throw new EngineError(
      "optimise.bad-range",
      `Parameter ${name}: a range from ${min} to ${max}, but it is declared from ${spec.min} to ${spec.max}. ` +
        "Stay within, or declare it wider.",
      { parameter: name, min, max, declaredMin: spec.min, declaredMax: spec.max },
    );
  }
  return dimension;
}

/** The parameter's whole range. A slider's step says where whole numbers are tried; decimals are tried anywhere. */
function declared(common: { name: string; group?: ParameterGroup }, spec: ParameterSpec): Dimension {
  if (spec.kind === "choice") return { ...common, kind: "choice", values: spec.options };
  if (spec.kind === "boolean") return { ...common, kind: "boolean", values: [false, true] };
  const { kind, min, max, scale = "linear" } = spec;
  const dimension: NumberDimension = {
    ...common,
    kind,
    min,
    max,
    step: kind === "int" ? Math.max(1, Math.round(spec.step)) : 0,
    scale,
  };
  requireRange(dimension);
  return dimension;
}

/** A dimension with one value: every point has it. */
function heldAt(whole: Dimension, value: ParameterValue): Dimension {
  const anywhere = everyValue(whole);
  if (!hasValue(anywhere, value)) {
    throw new EngineError(
      "optimise.bad-range",
      `Parameter ${whole.name} is held at ${String(value)}; expected ${expectedOf(anywhere)}.`,
      { parameter: whole.name, given: value },
    );
  }
  if (isNumber(whole)) return { ...whole, min: Number(value), max: Number(value) };
  return { ...whole, values: [value as string | boolean] };
}

/** When a parameter matters in this search. */
type Activity = "always" | "never" | NonNullable<Dimension["activeWhen"]>;

/** A parent that is not searched has its default: its children then depend on what it depends on itself, or never matter. */
function activityOf(
  name: string,
  { activeWhen }: ParameterSpec,
  specs: ParameterSpecs,
  searched: ReadonlyMap<string, Dimension>,
  activity: ReadonlyMap<string, Activity>,
): Activity {
  if (activeWhen === undefined) return "always";
  const { parameter, is } = activeWhen;
  const values: readonly ParameterValue[] = typeof is === "object" ? is : [is];
  const whole = everyValue(declared({ name: parameter }, specs[parameter]));
  const impossible = values.find((value) => !hasValue(whole, value));
  if (values.length === 0 || impossible !== undefined) {
    const given = values.length === 0 ? "(nothing)" : String(impossible);
    throw badCondition(name, `is active when ${parameter} is ${given}; expected ${expectedOf(whole)}`);
  }
  const ofParent = activity.get(parameter)!;
  const parent = searched.get(parameter);
  if (parent === undefined) return values.includes(specs[parameter].default) ? ofParent : "never";
  const possible = values.filter((value) => hasValue(parent, value));
  return possible.length === 0 ? "never" : { parameter, values: possible };
}

/** The dimension without its steps. */
function everyValue(dimension: Dimension): Dimension {
  return isNumber(dimension) ? { ...dimension, step: dimension.kind === "int" ? 1 : 0 } : dimension;
}

/** The names so that each comes after the parameter that its condition asks about, else in the order of the specs. */
function parentsFirst(specs: ParameterSpecs): string[] {
  const ordered = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (ordered.has(name)) return;
    if (path.includes(name)) throw badCondition(name, `waits for itself: ${[...path, name].join(" → ")}`);
    const parent = specs[name].activeWhen?.parameter;
    if (parent !== undefined) {
      if (!Object.hasOwn(specs, parent)) {
        throw unknown(parent, Object.keys(specs), `decides whether ${name} is active`);
      }
      visit(parent, [...path, name]);
    }
    ordered.add(name);
  };
  for (const name of Object.keys(specs)) visit(name, []);
  return [...ordered];
}

function requireOnly(name: string, kind: string, given: Narrowing, allowed: readonly string[]): void {
  const surplus = Object.keys(given).find((field) => !allowed.includes(field));
  if (surplus === undefined) return;
  throw new EngineError(
    "optimise.bad-range",
    `Parameter ${name} is narrowed by "${surplus}"; a ${kind} is narrowed by ${allowed.join(", ")}.`,
    { parameter: name, given: surplus, allowed },
  );
}

function unknown(name: string, known: readonly string[], role: string): EngineError {
  const nearest = nearestName(name, known);
  return new EngineError(
    "optimise.unknown-parameter",
    `There is no parameter "${name}", which ${role}. ` +
      (nearest === undefined ? `There are: ${known.join(", ") || "none"}.` : `Did you mean "${nearest}"?`),
    { parameter: name, known, nearest },
  );
}

function badCondition(name: string, what: string): EngineError {
  return new EngineError("optimise.bad-condition", `Parameter ${name} ${what}.`, { parameter: name });
}
