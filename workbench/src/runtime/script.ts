import { type CallExpression, getLineInfo, type ImportDeclaration, type Node, type Program } from "acorn";
import { ancestor } from "acorn-walk";
import { EngineError } from "#engine/core/errors.ts";
import { LIBRARY_NAME } from "./cellNames.ts";
import { nameUses } from "./names.ts";
import type { ParsedScript } from "./sourceText.ts";

export const EXPORT_MESSAGE =
  "A cell has no exports: its top-level names are known to all cells. Write const strategy = … instead.";

export type PreparedScript = {
  text: string;
  /** Names imported from the library. */
  imports: string[];
};

/**
 * Makes a cell's script ready for notebook-kit without moving a line: imports from the library become what they
 * mean here, any other import and every export is an error, and each `defineStrategy(…)`, `defineLoss(…)` or `defineCapital(…)`
 * notes where it stands, as does a loss that is given to `optimise` as it is.
 */
export function prepareScript({ text, body }: ParsedScript, siteName: string): PreparedScript {
  refuse(body, text);
  const edits: Edit[] = [];
  const imports = body.type === "Program" ? rewriteImports(body, text, edits) : [];
  for (const [index, { callee, node, shorthand }] of definitionSites(body, text).entries()) {
    if (callee !== undefined) {
      const { start, end } = callee;
      edits.push({ start, end, text: `${siteName}(${index}, ${text.slice(start, end)})` });
      continue;
    }
    const { start, end } = node;
    const name = shorthand === undefined ? "" : `${shorthand}: `;
    edits.push({ start, end: start, text: `${name}${siteName}(${index}, (own) => own)(` });
    edits.push({ start: end, end, text: ")" });
  }
  return { text: edited(text, edits), imports };
}

/** What a cell defines that is run elsewhere, as the module text of its own. */
export type Defined = "defineStrategy" | "defineLoss" | "defineCapital";

/** A place in a cell where something is defined that is run elsewhere. */
export type DefinitionPlace = {
  define: Defined;
  /** The call, or the value where it is given as it is. */
  node: Node;
  /** The name that is called; none where the value is given to `optimise` as it is: `loss: (metrics) => …`. */
  callee?: Node;
  /** Of a value that is also the name of its property: `{ loss }`. */
  shorthand?: string;
};

const DEFINING: readonly Defined[] = ["defineStrategy", "defineLoss", "defineCapital"];

/** All of them, in order. */
export function definitionSites(body: ParsedScript["body"], text: string): DefinitionPlace[] {
  const aliases = new Map<string, Defined>(DEFINING.map((name) => [name, name]));
  for (const declaration of importsOf(body)) {
    for (const specifier of declaration.specifiers) {
      const defined = DEFINING.find((name) => name === importedName(specifier, text));
      if (defined !== undefined) aliases.set(specifier.local.name, defined);
    }
  }
  const sites: DefinitionPlace[] = [];
  for (const { name, node, scope, ancestors } of nameUses(body)) {
    const call = ancestors[ancestors.length - 2];
    if (call?.type !== "CallExpression" || (call as CallExpression).callee !== node) continue;
    const define = aliases.get(name);
    const isOwn = scope === undefined ? define === name : scope === body && isImported(body, name);
    if (define !== undefined && isOwn) sites.push({ define, node: call, callee: node });
    else if (name === "optimise" && scope === undefined) sites.push(...givenLosses(call as CallExpression));
  }
  return sites.sort((a, b) => (a.callee ?? a.node).start - (b.callee ?? b.node).start);
}

/** Losses that stand in the options of a call of `optimise` and may be functions. */
function givenLosses({ arguments: given }: CallExpression): DefinitionPlace[] {
  const properties = given.flatMap((one) => (one.type === "ObjectExpression" ? one.properties : []));
  return properties.flatMap((property) => {
    if (property.type !== "Property" || property.computed || property.key.type !== "Identifier") return [];
    const { name } = property.key;
    if (name === "objectives" && property.value.type === "ArrayExpression") {
      return property.value.elements.flatMap((one) => (mayBeLoss(one) ? [{ define, node: one }] : []));
    }
    if (name !== "loss" || !mayBeLoss(property.value)) return [];
    return [{ define, node: property.value, ...(property.shorthand && { shorthand: name }) }];
  });
}

const define = "defineLoss";
const NO_LOSS = new Set(["Literal", "TemplateLiteral", "ObjectExpression", "SpreadElement"]);

/** A call may be that of `defineLoss`, which has a place of its own. */
function mayBeLoss(node: Node | null): node is Node {
  return node !== null && node.type !== "CallExpression" && !NO_LOSS.has(node.type);
}

/** The library's name that an import binds; undefined for the whole namespace. */
export function importedName(
  specifier: ImportDeclaration["specifiers"][number],
  text: string,
): string | undefined {
  if (specifier.type === "ImportNamespaceSpecifier") return undefined;
  if (specifier.type === "ImportDefaultSpecifier") {
    throw at(
      specifier,
      text,
      "notebook.import-not-found",
      `"${LIBRARY_NAME}" has no default export. Write import { name } from "${LIBRARY_NAME}".`,
    );
  }
  return specifier.imported.type === "Identifier"
    ? specifier.imported.name
    : String(specifier.imported.value);
}

export function importsOf(body: ParsedScript["body"]): ImportDeclaration[] {
  return body.type === "Program" ? body.body.filter((node) => node.type === "ImportDeclaration") : [];
}

function isImported(body: ParsedScript["body"], name: string): boolean {
  return importsOf(body).some(({ specifiers }) => specifiers.some(({ local }) => local.name === name));
}

/** `import { a, b as c }`: `a` is in scope anyway, `c` becomes a constant of the cell. */
function rewriteImports(program: Program, text: string, edits: Edit[]): string[] {
  const imports: string[] = [];
  for (const declaration of importsOf(program)) {
    const constants: string[] = [];
    for (const specifier of declaration.specifiers) {
      const name = importedName(specifier, text);
      if (name !== undefined) imports.push(name);
      if (name === specifier.local.name) continue;
      const value = name === undefined ? LIBRARY_NAME : `${LIBRARY_NAME}[${JSON.stringify(name)}]`;
      constants.push(`const ${specifier.local.name} = ${value};`);
    }
    const { start, end } = declaration;
    const breaks = text.slice(start, end).replace(/[^\n]/g, "");
    edits.push({ start, end, text: constants.join(" ") + breaks });
  }
  return [...new Set(imports)];
}

function refuse(body: ParsedScript["body"], text: string): void {
  const refuseExport = (node: Node): never => {
    throw at(node, text, "notebook.export", EXPORT_MESSAGE);
  };
  ancestor(body, {
    ExportAllDeclaration: refuseExport,
    ExportDefaultDeclaration: refuseExport,
    ExportNamedDeclaration: refuseExport,
    ImportDeclaration(node) {
      if (node.source.value !== LIBRARY_NAME) throw refusedImport(node, text, String(node.source.value));
    },
    ImportExpression(node) {
      const { source } = node;
      throw refusedImport(node, text, source.type === "Literal" ? String(source.value) : undefined);
    },
    MetaProperty(node) {
      if (node.meta.name !== "import") return;
      throw at(
        node,
        text,
        "notebook.import",
        "import.meta is not there in a cell: a notebook has no address.",
      );
    },
  });
}

function refusedImport(node: Node, text: string, source: string | undefined): EngineError {
  const what = source === undefined ? "import() of a computed address" : `"${source}"`;
  return at(
    node,
    text,
    "notebook.import",
    `${what} cannot be imported: a notebook has no network, and takes code from nowhere but its own cells. ` +
      `Use the library in scope, or import { … } from "${LIBRARY_NAME}".`,
  );
}

function at(node: Node, text: string, code: string, message: string): EngineError {
  const { line, column } = getLineInfo(text, node.start);
  return new EngineError(code, message, { line, column: column + 1 });
}

type Edit = { start: number; end: number; text: string };

function edited(text: string, edits: Edit[]): string {
  let out = "";
  let from = 0;
  for (const edit of edits.sort((a, b) => a.start - b.start)) {
    out += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return out + text.slice(from);
}
