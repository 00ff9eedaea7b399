import type { Node } from "acorn";
import { ancestor } from "acorn-walk";
import type { NameUse } from "./names.ts";
import { NO_CODE } from "./pureGlobals.ts";
import type { Impurity } from "./types.ts";

/** Exact by the standard, so the same in every engine. */
const EXACT_MATHS = new Set(
  (
    "abs ceil clz32 floor fround imul max min round sign sqrt trunc " +
    "E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2"
  ).split(" "),
);

/** Properties that lead to code made from text, or that depend on the machine's language. */
const REFUSED_PROPERTIES = new Map<string, [why: string, cure: string]>([
  ["constructor", [NO_CODE, "Name the class instead."]],
  ["__proto__", ["it changes what all objects share", "Build the object with its own fields."]],
  ["toLocaleString", ["it depends on the machine's language", "Use toFixed or String."]],
  ["toLocaleUpperCase", ["it depends on the machine's language", "Use toUpperCase."]],
  ["toLocaleLowerCase", ["it depends on the machine's language", "Use toLowerCase."]],
  ["localeCompare", ["it depends on the machine's language", "Compare with < and >."]],
]);

/** The library's portable twins of functions whose last digits differ between engines. */
const PORTABLE: Record<string, string> = {
  ...Object.fromEntries(["cos", "exp", "expm1", "log1p", "pow", "sin", "tanh"].map((name) => [name, name])),
  log: "ln",
};

/** What stands in the way of bundling this code, names of other cells and of globals aside. */
export function impurities(root: Node, uses: readonly NameUse[]): Impurity[] {
  const found = new Map<string, Impurity>();
  const add = (name: string, why: string, cure: string): void => {
    if (!found.has(name)) found.set(name, { name, why, cure });
  };
  const refuseProperty = (name: string | undefined): void => {
    const refused = name === undefined ? undefined : REFUSED_PROPERTIES.get(name);
    if (refused) add(`.${name}`, ...refused);
  };
  const notAtOnce = (name: string): void =>
    add(name, "a strategy decides at once", "Wait for the value in another cell and use it here by name.");
  const asynchronous = (node: { async: boolean }): void => void (node.async && notAtOnce("async"));
  ancestor(root, {
    AwaitExpression: () => notAtOnce("await"),
    FunctionDeclaration: asynchronous,
    FunctionExpression: asynchronous,
    ArrowFunctionExpression: asynchronous,
    ForOfStatement: (node) => void (node.await && notAtOnce("for await")),
    ImportExpression: () =>
      add("import()", NO_CODE, 'Use the names of "walkforward", or write the code out.'),
    MetaProperty: (node) => {
      if (node.meta.name === "import") add("import.meta", "it depends on the place", "Leave it out.");
    },
    BinaryExpression: (node) => {
      if (node.operator === "**") add("**", "its last digits differ between browsers", powerCure());
    },
    AssignmentExpression: (node) => {
      if (node.operator === "**=") add("**", "its last digits differ between browsers", powerCure());
    },
    MemberExpression(node) {
      refuseProperty(memberName(node));
    },
    ObjectPattern(node) {
      for (const part of node.properties) {
        if (part.type !== "Property" || part.computed || part.key.type !== "Identifier") continue;
        refuseProperty(part.key.name);
      }
    },
  });
  for (const use of uses) {
    if (use.name !== "Math" || use.scope !== undefined) continue;
    const parent = use.ancestors[use.ancestors.length - 2];
    const member = parent?.type === "MemberExpression" && (parent as MemberNode).object === use.node;
    const name = member ? memberName(parent as MemberNode) : undefined;
    if (name === undefined) {
      add(
        "Math",
        "passed on or read by a computed name, it can be anything",
        "Write Math.name where it is used.",
      );
    } else if (name === "random") {
      add("Math.random", "it differs at every run", "Use the random that decide is given; it is seeded.");
    } else if (!EXACT_MATHS.has(name)) {
      const cure = Object.hasOwn(PORTABLE, name)
        ? `Use the library's portable ${PORTABLE[name]}(…), without Math.`
        : "Write it with the library's portable exp, ln, pow, sin, cos or tanh.";
      add(`Math.${name}`, "its last digits differ between browsers", cure);
    }
  }
  return [...found.values()];
}

type MemberNode = Node & { object: Node; property: Node; computed: boolean };

/** The name of `a.name` and `a["name"]`; undefined for a computed one. */
function memberName(node: MemberNode): string | undefined {
  const { property, computed } = node as MemberNode & { property: Node & { name?: string; value?: unknown } };
  if (!computed) return property.name;
  return typeof property.value === "string" ? property.value : undefined;
}

function powerCure(): string {
  return "Write x * x, or the library's portable pow(x, n).";
}
