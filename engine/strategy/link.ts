import { EngineError, nearestName } from "../core/errors.ts";
import { freezeDeep } from "../core/freeze.ts";

const IMPORT = /^import \{([^{}]*)\} from "walkforward";[ \t]*$/;
const EXPORT = /^export default (?=(?:defineStrategy|defineLoss|defineCapital)\()/;
const NAME = /^[A-Za-z_$][\w$]*$/;

/**
 * Turns a strategy module's text into the body of a function of one argument, `walkforward` (the engine's names),
 * that returns the strategy: `new Function("walkforward", linkStrategyText(text))(sealedNames(engine))`. One linker serves
 * every place because none of them resolves a bare import specifier alike.
 *
 * The text must be as the bundler writes it: the first line `import { a, b as c } from "walkforward";` and nothing
 * else imported, one line that begins with `export default defineStrategy(`, `defineLoss(` or `defineCapital(`. Lines stay where they
 * are, so an error's line number is the module's. With `exports`, a name that the engine does not have is an error here.
 */
export function linkStrategyText(text: string, exports?: Iterable<string>): string {
  const lines = text.split("\n");
  const names = IMPORT.exec(lines[0].replace(/\r$/, ""));
  if (names === null) {
    throw notLinkable(1, lines[0], 'expected the first line to be import { … } from "walkforward";');
  }
  const bindings = importedNames(names[1]);
  if (exports !== undefined) requireKnown(bindings, [...exports]);
  let exported = 0;
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i];
    if (EXPORT.test(line)) {
      if (exported > 0)
        throw notLinkable(i + 1, line, `a second default export; the first is in line ${exported}.`);
      exported = i + 1;
      lines[i] = line.replace(EXPORT, "return ");
    } else if (/^(?:import|export)\b(?!\s*\()/.test(line)) {
      throw notLinkable(i + 1, line, "expected one import, in the first line, and one default export.");
    }
  }
  if (exported === 0)
    throw notLinkable(lines.length, "", "expected a line export default defineStrategy({ … });");
  const pattern = bindings.map(({ name, local }) => (name === local ? name : `${name}: ${local}`)).join(", ");
  return [`"use strict"; const { ${pattern} } = walkforward;`, ...lines.slice(1)].join("\n");
}

/**
 * The engine's names as strategies are given them: nothing can be written on them. A step runs over the whole history
 * before the first decision; what it left on a function that both know, `decide` would read as the future. And what
 * one strategy changed, the next one would compute with.
 */
export function sealedNames<T extends object>(names: T): T {
  for (const value of Object.values(names)) freezeDeep(value);
  return names;
}

type Binding = { readonly name: string; readonly local: string };

function importedNames(list: string): Binding[] {
  return list
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "")
    .map((item) => {
      const [name, as, local, ...rest] = item.split(/\s+/);
      const isPlain = as === undefined || (as === "as" && local !== undefined && rest.length === 0);
      const binding = { name, local: local ?? name };
      if (isPlain && NAME.test(binding.name) && NAME.test(binding.local)) return binding;
      throw notLinkable(1, item, "expected imported names, each `name` or `name as other`.");
    });
}

function requireKnown(bindings: readonly Binding[], known: readonly string[]): void {
  for (const { name } of bindings) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    throw new EngineError(
      "strategy.unknown-import",
      `"walkforward" has no "${name}".${nearest === undefined ? "" : ` Did you mean "${nearest}"?`}`,
      { name, nearest },
    );
  }
}

function notLinkable(line: number, given: string, problem: string): EngineError {
  return new EngineError(
    "strategy.not-linkable",
    `Strategy module, line ${line}, ${JSON.stringify(given.slice(0, 120))}: ${problem}`,
    { line },
  );
}
