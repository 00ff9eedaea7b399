import type { Expression, Identifier, Node, Pattern, Program } from "acorn";
import { ancestor } from "acorn-walk";

/** A use of a name: the node that declares it (`undefined`: it is free) and the nodes around the use. */
export type NameUse = { name: string; node: Identifier; scope: Node | undefined; ancestors: Node[] };

/** Every use of every name under `root`, its declarations included, resolved as strict module code resolves it. */
export function nameUses(root: Node): NameUse[] {
  const scopes = declaredNames(root);
  const uses: NameUse[] = [];
  const use = (node: Identifier, _state: unknown, ancestors: Node[]): void => {
    const around = [...ancestors];
    const scope = around.findLast((parent) => scopes.get(parent)?.has(node.name));
    uses.push({ name: node.name, node, scope, ancestors: around });
  };
  // The walker calls names in patterns, declared or assigned to, by a type of its own that its types leave out.
  const visitors = { Identifier: use, VariablePattern: use };
  ancestor(root, visitors);
  return uses;
}

/** The free names under `root`, each once, in the order of first use. */
export function freeNames(root: Node): string[] {
  return [...new Set(nameUses(root).flatMap(({ name, scope }) => (scope === undefined ? [name] : [])))];
}

/** The names that a pattern binds, in order. */
export function boundNames(pattern: Pattern): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((part) =>
        boundNames(part.type === "Property" ? part.value : part.argument),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((part) => (part === null ? [] : boundNames(part)));
    case "RestElement":
      return boundNames(pattern.argument);
    case "AssignmentPattern":
      return boundNames(pattern.left);
    default:
      return [];
  }
}

/** Methods that change the array, map or set they are called on. */
const CHANGING = new Set(
  "push pop shift unshift splice sort reverse fill copyWithin set add delete clear".split(" "),
);
const CHANGING_STATICS = new Set(["assign", "defineProperty", "defineProperties", "setPrototypeOf"]);

/**
 * Top-level names that code anywhere in the program changes after their declaration: assigned anew, written into,
 * or changed by a method known to change its object. What goes on under another name is not seen.
 */
export function changedNames(program: Program | Expression): string[] {
  const changed = new Set<string>();
  const topLevel = new Map(nameUses(program).map((use) => [use.node as Node, use.scope === program]));
  const mark = (target: Node): void => {
    const root = rootOf(target);
    if (root !== undefined && topLevel.get(root)) changed.add(root.name);
  };
  const markPattern = (target: Node): void => {
    if (target.type === "Identifier" || target.type === "MemberExpression") mark(target);
    else for (const part of partsOf(target as Pattern)) markPattern(part);
  };
  ancestor(program, {
    AssignmentExpression: (node) => markPattern(node.left),
    UpdateExpression: (node) => mark(node.argument),
    UnaryExpression: (node) => node.operator === "delete" && mark(node.argument),
    ForInStatement: (node) => node.left.type !== "VariableDeclaration" && markPattern(node.left),
    ForOfStatement: (node) => node.left.type !== "VariableDeclaration" && markPattern(node.left),
    CallExpression({ callee, arguments: [first] }) {
      if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier" || callee.computed)
        return;
      if (CHANGING.has(callee.property.name)) mark(callee.object);
      const isStatic = callee.object.type === "Identifier" && /^(Object|Reflect)$/.test(callee.object.name);
      if (isStatic && CHANGING_STATICS.has(callee.property.name) && first) mark(first);
    },
  });
  return [...changed].sort();
}

/** `a` of `a`, `a.b`, `a[0].b`: the name through which something is reached. */
function rootOf(node: Node): Identifier | undefined {
  let at = node as Expression;
  while (at.type === "MemberExpression") at = at.object as Expression;
  return at.type === "Identifier" ? at : undefined;
}

function partsOf(pattern: Pattern): Node[] {
  switch (pattern.type) {
    case "ObjectPattern":
      return pattern.properties.map((part) => (part.type === "Property" ? part.value : part.argument));
    case "ArrayPattern":
      return pattern.elements.filter((part) => part !== null);
    case "RestElement":
      return [pattern.argument];
    case "AssignmentPattern":
      return [pattern.left];
    default:
      return [];
  }
}

const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);
const VAR_SCOPES = new Set([...FUNCTIONS, "Program", "StaticBlock"]);
const BLOCKS = new Set([
  ...VAR_SCOPES,
  "BlockStatement",
  "SwitchStatement",
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "CatchClause",
]);

/** The names that each scope under `root` declares. */
function declaredNames(root: Node): Map<Node, Set<string>> {
  const scopes = new Map<Node, Set<string>>();
  const declare = (scope: Node, names: string[]): void => {
    const known = scopes.get(scope);
    if (known === undefined) scopes.set(scope, new Set(names));
    else for (const name of names) known.add(name);
  };
  // The last of the ancestors is the node itself; a declaration belongs to a scope around it. A lone declaration
  // that is looked at by itself has none: it is its own.
  const around = (parents: Node[], kinds: Set<string>): Node =>
    parents.slice(0, -1).findLast(({ type }) => kinds.has(type)) ?? root;
  const parameters = (node: Node & { params: Pattern[] }): void => {
    declare(node, node.params.flatMap(boundNames));
    if (node.type !== "ArrowFunctionExpression") declare(node, ["arguments"]);
  };
  ancestor(root, {
    VariableDeclaration(node, _state, parents) {
      const scope = around(parents, node.kind === "var" ? VAR_SCOPES : BLOCKS);
      declare(
        scope,
        node.declarations.flatMap(({ id }) => boundNames(id)),
      );
    },
    FunctionDeclaration(node, _state, parents) {
      if (node.id) declare(around(parents, BLOCKS), [node.id.name]);
      parameters(node);
    },
    FunctionExpression(node) {
      if (node.id) declare(node, [node.id.name]);
      parameters(node);
    },
    ArrowFunctionExpression: parameters,
    ClassDeclaration(node, _state, parents) {
      if (node.id) declare(around(parents, BLOCKS), [node.id.name]);
    },
    ClassExpression(node) {
      if (node.id) declare(node, [node.id.name]);
    },
    CatchClause(node) {
      if (node.param) declare(node, boundNames(node.param));
    },
    ImportDeclaration(node) {
      declare(
        root,
        node.specifiers.map(({ local }) => local.name),
      );
    },
  });
  return scopes;
}
