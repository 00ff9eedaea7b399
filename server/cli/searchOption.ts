import { EngineError } from "#engine/core/errors.ts";
import type { Narrowing, SearchOptions } from "#engine/optimise/searchSpace.ts";
import type { ParameterSpecs, ParameterValue } from "#engine/strategy/parameters.ts";
import { searchSpaceRequest } from "../searches/optimiseRequest.ts";
import { readText } from "./readText.ts";

const NUMBER = "[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[-+]?\\d+)?";
const RANGE = new RegExp(`^(${NUMBER})\\.\\.(${NUMBER})(?::(${NUMBER}))?$`, "i");

/** Where parameters are searched, as a file, `--set` and `--groups` say; `--set` wins over the file. */
export async function searchOption(
  specs: ParameterSpecs,
  {
    space,
    set,
    groups,
  }: { readonly space?: string; readonly set: Record<string, string>; readonly groups?: string[] },
): Promise<SearchOptions | undefined> {
  if (space === undefined && Object.keys(set).length === 0 && groups === undefined) return undefined;
  const file = space === undefined ? {} : await spaceFile(space);
  const typed = Object.fromEntries(
    Object.entries(set).map(([name, text]) => [name, narrowingOf(specs, name, text)]),
  );
  const asked = { ...file, ...(groups && { groups }), parameters: { ...file.parameters, ...typed } };
  return parsed(asked, "--groups");
}

/** `5..30`, `5..30:5`, `a|b|c`, or one value. */
function narrowingOf(specs: ParameterSpecs, name: string, text: string): Narrowing | ParameterValue {
  const given = text.trim();
  const range = RANGE.exec(given);
  if (range !== null) {
    const [, min, max, step] = range;
    return { min: Number(min), max: Number(max), ...(step !== undefined && { step: Number(step) }) };
  }
  const kind = Object.hasOwn(specs, name) ? specs[name].kind : undefined;
  const value = (one: string): string | boolean =>
    kind === "boolean" && (one === "true" || one === "false") ? one === "true" : one;
  if (given.includes("|")) return { options: given.split("|").map((one) => value(one.trim())) };
  const isNumber = (kind === "int" || kind === "decimal") && given !== "" && Number.isFinite(Number(given));
  return isNumber ? Number(given) : value(given);
}

async function spaceFile(path: string): Promise<SearchOptions> {
  const text = await readText(path, "space");
  try {
    return parsed(JSON.parse(text), path);
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw notASpace(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function parsed(value: unknown, place: string): SearchOptions {
  const read = searchSpaceRequest.safeParse(value);
  if (read.success) return read.data;
  const [{ path, message }] = read.error.issues;
  throw notASpace(place, `${path.join(".") || "it"}: ${message}`, read.error);
}

function notASpace(place: string, reason: string, cause: unknown): EngineError {
  return new EngineError(
    "usage.space",
    `${place} does not say where to search (${reason}). Expected JSON like ` +
      '{ "groups": ["entry"], "parameters": { "length": { "min": 5, "max": 30 } } }.',
    { place, reason },
    { cause },
  );
}
