import { EngineError, nearestName } from "../core/errors.ts";

/** What a parameter may be; a sweep, a form and the command line all read these plain data. */
export type ParameterSpec = NumberParameter | BooleanParameter | ChoiceParameter;

/** The parts of a strategy that a parameter may belong to, so that an optimiser can search some and leave the others. */
export const PARAMETER_GROUPS = ["entry", "exit", "stop", "trailing", "roi", "protection"] as const;
export type ParameterGroup = (typeof PARAMETER_GROUPS)[number];

/** What each kind of parameter may say of itself besides its range. */
export type ParameterNotes = {
  readonly description?: string;
  readonly group?: ParameterGroup;
  /**
   * When the parameter has any effect: only while another has this value, or one of these. An optimiser leaves it alone
   * at other times; a run has it always, by its default.
   */
  readonly activeWhen?: ParameterCondition;
};

export type ParameterCondition = {
  readonly parameter: string;
  readonly is: ParameterValue | readonly ParameterValue[];
};

export type NumberParameter = ParameterNotes & {
  readonly kind: "int" | "decimal";
  readonly default: number;
  /** The smallest and largest value allowed, both included. */
  readonly min: number;
  readonly max: number;
  /** The distance between two positions of a slider; it does not restrict the values. */
  readonly step: number;
  /** How an optimiser spreads its points; `log` where a doubling matters as much anywhere in the range. */
  readonly scale?: "linear" | "log";
};

export type BooleanParameter = ParameterNotes & {
  readonly kind: "boolean";
  readonly default: boolean;
};

export type ChoiceParameter<O extends string = string> = ParameterNotes & {
  readonly kind: "choice";
  readonly default: O;
  readonly options: readonly O[];
};

export type ParameterSpecs = Readonly<Record<string, ParameterSpec>>;
export type ParameterValue = number | boolean | string;

/** The values that a strategy sees, typed after its specs. */
export type ParameterValues<P extends ParameterSpecs = ParameterSpecs> = {
  readonly [K in keyof P]: P[K] extends ChoiceParameter<infer O>
    ? O
    : P[K] extends BooleanParameter
      ? boolean
      : P[K] extends NumberParameter
        ? number
        : ParameterValue;
};

/** What a form and an optimiser may be told besides: the step of a slider, the scale, and what every kind may say. */
export type NumberParameterHints = ParameterNotes & {
  readonly step?: number;
  readonly scale?: "linear" | "log";
};

/** A whole number from `min` to `max`, both included. */
export function int(
  byDefault: number,
  min: number,
  max: number,
  { step = 1, ...hints }: NumberParameterHints = {},
): NumberParameter {
  return numberParameter("int", byDefault, min, max, step, hints);
}

/** A finite number from `min` to `max`, both included. The slider moves in hundredths of the range unless told. */
export function decimal(
  byDefault: number,
  min: number,
  max: number,
  { step = (max - min) / 100, ...hints }: NumberParameterHints = {},
): NumberParameter {
  return numberParameter("decimal", byDefault, min, max, step, hints);
}

/** A switch. */
export function boolean(byDefault: boolean, notes: ParameterNotes = {}): BooleanParameter {
  if (typeof byDefault !== "boolean") throw badSpec(`boolean(${show(byDefault)}): expected true or false.`);
  return Object.freeze({ kind: "boolean", default: byDefault, ...given(notes) });
}

/** One of a few names. */
export function choice<const O extends string>(
  byDefault: NoInfer<O>,
  options: readonly O[],
  notes: ParameterNotes = {},
): ChoiceParameter<O> {
  if (!Array.isArray(options) || options.length === 0 || new Set(options).size < options.length) {
    throw badSpec(`choice: options ${show(options)}; expected a list of at least one name, each once.`);
  }
  if (!options.includes(byDefault)) {
    throw badSpec(`choice: the default ${show(byDefault)} is none of the options ${options.join(", ")}.`);
  }
  return Object.freeze({
    kind: "choice",
    default: byDefault,
    options: Object.freeze([...options]),
    ...given(notes),
  });
}

/**
 * The value of every parameter, in the order of the specs: what was given, else its default.
 * An unknown name, a wrong type and a value out of range are errors; nothing is clamped or rounded.
 */
export function resolveParameters<P extends ParameterSpecs>(
  specs: P,
  given: Readonly<Record<string, unknown>> = {},
): ParameterValues<P> {
  const names = Object.keys(specs);
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) throw unknownParameter(name, names);
  }
  const values: Record<string, ParameterValue> = {};
  for (const name of names) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    values[name] = value === undefined ? specs[name].default : checkedValue(specs[name], name, value);
  }
  return Object.freeze(values) as ParameterValues<P>;
}

/** Values given as text (`--parameter rsiLength=21`), read by their specs and checked like any others. */
export function parseParameters<P extends ParameterSpecs>(
  specs: P,
  given: Readonly<Record<string, string>>,
): ParameterValues<P> {
  const read: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(given)) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    read[name] = spec === undefined ? text : fromText(spec, text.trim());
  }
  return resolveParameters(specs, read);
}

/** Text that is not of the parameter's type stays text, so that the range error can show it. */
function fromText(spec: ParameterSpec, text: string): ParameterValue {
  if (spec.kind === "choice") return text;
  if (spec.kind === "boolean") return text === "true" ? true : text === "false" ? false : text;
  return text === "" || Number.isNaN(Number(text)) ? text : Number(text);
}

function checkedValue(spec: ParameterSpec, name: string, value: unknown): ParameterValue {
  if (spec.kind === "boolean") {
    if (typeof value === "boolean") return value;
  } else if (spec.kind === "choice") {
    if (typeof value === "string" && spec.options.includes(value)) return value;
  } else if (typeof value === "number" && value >= spec.min && value <= spec.max) {
    // −0 and 0 are one value in every hash, so they are one value here.
    if (spec.kind === "decimal" || Number.isInteger(value)) return value + 0;
  }
  const range = expected(spec);
  const near =
    spec.kind === "choice" && typeof value === "string" ? nearestName(value, spec.options) : undefined;
  throw new EngineError(
    "strategy.parameter-out-of-range",
    `Parameter ${name}: ${show(value)} was given; expected ${range}.` +
      (near === undefined
        ? ` Leave it out for its default, ${show(spec.default)}.`
        : ` Did you mean "${near}"?`),
    { parameter: name, given: plain(value), expected: range, default: spec.default, nearest: near },
  );
}

function expected(spec: ParameterSpec): string {
  if (spec.kind === "boolean") return "true or false";
  if (spec.kind === "choice") return `one of ${spec.options.join(", ")}`;
  return `${spec.kind === "int" ? "a whole number" : "a number"} from ${spec.min} to ${spec.max}`;
}

function unknownParameter(name: string, known: readonly string[]): EngineError {
  const nearest = nearestName(name, known);
  return new EngineError(
    "strategy.unknown-parameter",
    `The strategy has no parameter "${name}". ` +
      (nearest === undefined ? "" : `Did you mean "${nearest}"? `) +
      (known.length === 0 ? "It has no parameters." : `It has: ${known.join(", ")}.`),
    { parameter: name, known, nearest },
  );
}

function numberParameter(
  kind: "int" | "decimal",
  byDefault: number,
  min: number,
  max: number,
  step: number,
  { scale, ...notes }: NumberParameterHints,
): NumberParameter {
  const fits = kind === "int" ? Number.isInteger : Number.isFinite;
  if (![byDefault, min, max].every(fits) || min > byDefault || byDefault > max) {
    throw badSpec(
      `${kind}(${byDefault}, ${min}, ${max}): expected ${kind === "int" ? "whole" : "finite"} numbers ` +
        "as default, smallest and largest value, the default between the other two.",
    );
  }
  if (!(step > 0) && min < max) throw badSpec(`${kind}: step ${step}; expected a distance above zero.`);
  if (scale !== undefined && scale !== "linear" && scale !== "log") {
    throw badSpec(`${kind}: scale ${show(scale)}; expected "linear" or "log".`);
  }
  if (scale === "log" && !(min > 0)) {
    throw badSpec(`${kind}: a range from ${min} on a log scale; expected a smallest value above zero.`);
  }
  return Object.freeze({
    kind,
    default: byDefault + 0,
    min,
    max,
    step,
    ...(scale === "log" && { scale }),
    ...given(notes),
  });
}

/** The notes that were given: what was left out has no place in a spec. */
function given({ description, group, activeWhen }: ParameterNotes): ParameterNotes {
  if (group !== undefined && !PARAMETER_GROUPS.includes(group)) {
    throw badSpec(`A parameter's group is ${show(group)}; expected one of ${PARAMETER_GROUPS.join(", ")}.`);
  }
  return {
    ...(description && { description }),
    ...(group && { group }),
    ...(activeWhen && { activeWhen: Object.freeze({ ...activeWhen }) }),
  };
}

function badSpec(message: string): EngineError {
  return new EngineError("strategy.bad-parameter", message);
}

function show(value: unknown): string {
  return typeof value === "string"
    ? `"${value}"`
    : Array.isArray(value)
      ? `[${value.join(", ")}]`
      : String(value);
}

/** Error details must survive JSON: what is neither text, number nor switch is told as text. */
function plain(value: unknown): ParameterValue {
  return typeof value === "number" || typeof value === "boolean" ? value : String(value);
}
