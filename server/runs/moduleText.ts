import { basename } from "node:path";
import ts from "typescript";
import { EngineError } from "#engine/core/errors.ts";
import { linkStrategyText } from "#engine/strategy/link.ts";

/**
 * A strategy's source as normalised module text: types stripped, the one import of `walkforward` in the first
 * line with its names sorted, one `export default defineStrategy(`. Text that is normal already stays as it is,
 * so that a strategy exported from a notebook has the same hash here.
 */
export function moduleText(source: string, fileName: string): string {
  const text = source.replace(/^\uFEFF/, "").replace(/\r\n/g, "\n");
  if (isNormal(text) && !/\.[cm]?tsx?$/.test(fileName)) return text;
  const { outputText, diagnostics = [] } = ts.transpileModule(text, {
    fileName,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      newLine: ts.NewLineKind.LineFeed,
      allowJs: true,
    },
  });
  if (diagnostics.length > 0) throw syntaxError(diagnostics[0], fileName);
  const normal = normalised(outputText, fileName);
  linkStrategyText(normal);
  return normal;
}

function isNormal(text: string): boolean {
  try {
    linkStrategyText(text);
    return true;
  } catch {
    // Why it is not is told by the normalisation, if that fails too.
    return false;
  }
}

function normalised(text: string, fileName: string): string {
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS);
  const names: string[] = [];
  const cuts: { start: number; end: number }[] = [];
  let exported: ts.ExportAssignment | undefined;
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) {
      names.push(...importedNames(statement, file));
      cuts.push({ start: statement.getStart(file), end: statement.end });
    } else if (ts.isExportAssignment(statement) && !statement.isExportEquals) exported = statement;
    else if (ts.isExportDeclaration(statement) || isExported(statement)) {
      throw wrong(
        file,
        statement,
        "exports something else than the strategy",
        "Keep one `export default defineStrategy({ … })`.",
      );
    }
  }
  if (exported === undefined || !isDefinition(exported.expression)) {
    throw wrong(
      file,
      exported ?? file,
      "has no strategy",
      "Write `export default defineStrategy({ … })` at its end.",
    );
  }
  let body = text;
  for (const { start, end } of cuts.reverse()) {
    body = body.slice(0, start) + body.slice(body[end] === "\n" ? end + 1 : end);
  }
  const unique = [...new Set(names)].sort();
  return `import { ${unique.join(", ")} } from "walkforward";\n${body.trim()}\n`;
}

function importedNames(statement: ts.ImportDeclaration, file: ts.SourceFile): string[] {
  const from = ts.isStringLiteral(statement.moduleSpecifier) ? statement.moduleSpecifier.text : "";
  if (from !== "walkforward") {
    throw wrong(
      file,
      statement,
      `imports "${from}"`,
      'A strategy is one file; it may import names from "walkforward" alone.',
    );
  }
  const bindings = statement.importClause?.namedBindings;
  if (statement.importClause?.name || bindings === undefined || !ts.isNamedImports(bindings)) {
    throw wrong(
      file,
      statement,
      "imports walkforward as a whole",
      'Name what it uses: import { rsi } from "walkforward".',
    );
  }
  return bindings.elements.map(({ propertyName, name }) =>
    propertyName === undefined ? name.text : `${propertyName.text} as ${name.text}`,
  );
}

function isDefinition(expression: ts.Expression): boolean {
  return (
    ts.isCallExpression(expression) &&
    ts.isIdentifier(expression.expression) &&
    expression.expression.text === "defineStrategy"
  );
}

function isExported(statement: ts.Statement): boolean {
  if (!ts.canHaveModifiers(statement)) return false;
  return ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function wrong(file: ts.SourceFile, node: ts.Node, problem: string, mend: string): EngineError {
  const name = basename(file.fileName);
  const statement = node === file ? "" : node.getText(file).slice(0, 120);
  return new EngineError("strategy.not-linkable", `${name} ${problem}. ${mend}`, { file: name, statement });
}

function syntaxError({ messageText, file, start = 0 }: ts.Diagnostic, fileName: string): EngineError {
  const { line, character } = file?.getLineAndCharacterOfPosition(start) ?? { line: 0, character: 0 };
  const reason = ts.flattenDiagnosticMessageText(messageText, " ");
  return new EngineError(
    "strategy.not-linkable",
    `${basename(fileName)}, line ${line + 1}, column ${character + 1}: ${reason}`,
    { file: basename(fileName), line: line + 1, column: character + 1 },
  );
}
