import type { Node } from "acorn";
import { ancestor } from "acorn-walk";
import type { NameUse } from "./names.ts";
import type { Impurity } from "./types.ts";

/**
 * What a strategy may use of JavaScript itself: what gives the same answer in every engine, at every time and in
 * every place. Everything that is not here, not the engine's and not a cell's is refused by name.
 */
export const PURE_GLOBALS: ReadonlySet<string> = new Set(
  (
    "Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Error Float32Array Float64Array Infinity " +
    "Int16Array Int32Array Int8Array JSON Map Math NaN Number Object RangeError RegExp Set String Symbol SyntaxError " +
    "TypeError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakSet isFinite isNaN parseFloat " +
    "parseInt undefined arguments"
  ).split(" "),
);

/** Exact by the standard, so the same in every engine. */
const EXACT_MATHS = new Set(
  (
    "abs ceil clz32 floor fround imul max min round sign sqrt trunc " +
    "E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2"
  ).split(" "),
);

const NO_CLOCK = "it would tell a different time at every run";
const NO_CODE = "code made from text cannot be checked or hashed";
const PAGE = "it belongs to the notebook's page, which is not there where a strategy runs";

/** Why a global name is refused, and what to do instead. */
export function refusedGlobal(name: string): Impurity {
  const [why, cure] = (Object.hasOwn(REFUSED, name) && REFUSED[name]) || [
    "it is not there where a strategy runs",
    "Leave it out of the strategy.",
  ];
  return { name, why, cure };
}

const REFUSED: Record<string, [why: string, cure: string]> = {
  Date: [NO_CLOCK, "Use market.time, in UTC milliseconds: Math.floor(time / 3_600_000) % 24 is the hour."],
  performance: [NO_CLOCK, "Leave it out: time spent is measured outside the strategy."],
  crypto: ["its random numbers differ at every run", "Use the random that decide is given; it is seeded."],
  eval: [NO_CODE, "Write the code out."],
  Function: [NO_CODE, "Write the function out."],
  console: [
    "a strategy prints nothing",
    "Return what you want to see as a feature; it stands in the trade table.",
  ],
  fetch: [
    "a strategy reads nothing but its market",
    "Bring the data into the lake and read it as a feature.",
  ],
  WebSocket: [
    "a strategy reads nothing but its market",
    "Bring the data into the lake and read it as a feature.",
  ],
  Promise: ["a strategy decides at once", "Wait for the value in another cell and use it here by name."],
  setTimeout: ["a strategy decides at once", "Leave it out."],
  setInterval: ["a strategy decides at once", "Leave it out."],
  Intl: ["it depends on the machine's language", "Format numbers outside the strategy."],
  document: [PAGE, "Draw in another cell."],
  window: [PAGE, "Name what you need instead."],
  globalThis: [PAGE, "Name what you need instead."],
};

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
