import type { ImportDeclaration, Node, Program } from "acorn";
import { boundNames, type NameUse, nameUses } from "./names.ts";
import { impurities } from "./purity.ts";
import { definitionSites, importedName } from "./script.ts";
import { normalised, type ParsedScript } from "./sourceText.ts";
import type { DefinitionSite, Piece } from "./types.ts";

/** What a module text can be made of: the cell's declarations, and the strategies and losses that it defines. */
export function strategyParts(script: ParsedScript): { pieces: Piece[]; sites: DefinitionSite[] } {
  const uses = nameUses(script.body);
  const pieces = script.body.type === "Program" ? piecesOf(script, script.body, uses) : [];
  const sites = definitionSites(script.body, script.text).map(({ define, node, callee }, index) => {
    const inside = within(uses, node);
    const reads = readsOf(inside, script.body);
    const own = callee && script.text.slice(callee.start, callee.end);
    return {
      index,
      define,
      text:
        callee === undefined
          ? `${define}(${normalised(script, node.start, node.end)})`
          : `${define}${normalised(script, callee.end, node.end)}`,
      reads: reads.filter((name) => name !== own),
      locals: localsOf(inside, script.body, node),
      impurities: impurities(node, inside),
    };
  });
  return { pieces, sites };
}

function piecesOf(script: ParsedScript, program: Program, uses: NameUse[]): Piece[] {
  const pieces: Piece[] = [];
  const add = (node: Node, names: string[], prefix: string, suffix: string): void => {
    const inside = within(uses, node);
    pieces.push({
      names,
      text: prefix + normalised(script, node.start, node.end) + suffix,
      reads: readsOf(inside, program).filter((name) => !names.includes(name)),
      impurities: impurities(node, inside),
    });
  };
  for (const statement of program.body) {
    if (statement.type === "VariableDeclaration") {
      for (const declarator of statement.declarations) {
        add(declarator, boundNames(declarator.id), `${statement.kind} `, ";");
      }
    } else if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") {
      add(statement, [statement.id.name], "", "");
    } else if (statement.type === "ImportDeclaration") {
      pieces.push(...aliasesOf(statement, script.text));
    }
  }
  return pieces;
}

/** Names that an import binds differently from the library's own. */
function aliasesOf(declaration: ImportDeclaration, text: string): Piece[] {
  return declaration.specifiers.flatMap((specifier) => {
    const names = [specifier.local.name];
    const alias = importedName(specifier, text);
    if (alias === specifier.local.name) return [];
    if (alias !== undefined) return [{ names, text: "", reads: [], impurities: [], alias }];
    const why = "a strategy imports the library's names one by one";
    const cure = `Write the names of the library themselves instead of ${names[0]}.name.`;
    return [{ names, text: "", reads: [], impurities: [{ name: names[0], why, cure }] }];
  });
}

function within(uses: NameUse[], { start, end }: Node): NameUse[] {
  return uses.filter(({ node }) => node.start >= start && node.end <= end);
}

function readsOf(uses: NameUse[], body: Node): string[] {
  return [
    ...new Set(uses.filter(({ scope }) => scope === undefined || scope === body).map(({ name }) => name)),
  ];
}

/** Names of functions and blocks between the call and the top level. */
function localsOf(uses: NameUse[], body: Node, call: Node): string[] {
  const isAround = (scope: Node): boolean =>
    scope !== body && scope.start <= call.start && scope.end >= call.end && scope !== call;
  return [
    ...new Set(uses.filter(({ scope }) => scope !== undefined && isAround(scope)).map(({ name }) => name)),
  ];
}
