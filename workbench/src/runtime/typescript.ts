import ts from "typescript";
import { decodeLines } from "./sourceMap.ts";

/** JavaScript made of TypeScript, with the line of the original for each line of it, both 1-based; 0 for none. */
export type Stripped = { script: string; lines: number[] };

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.Preserve,
  verbatimModuleSyntax: true,
  sourceMap: true,
};

/** A syntax error in TypeScript, at a line and column of the source, both 1-based. */
export class TypeScriptSyntaxError extends SyntaxError {
  constructor(
    message: string,
    readonly line: number,
    readonly column: number,
  ) {
    super(message);
  }
}

/**
 * Removes the types. Names and values are not checked against them: that is the editor's business, and a cell
 * whose types are wrong still runs, as in every TypeScript tool that works file by file.
 */
export function stripTypes(text: string): Stripped {
  return expression(text) ?? program(text);
}

function program(text: string): Stripped {
  const { outputText, diagnostics, sourceMapText } = transpile(text);
  const error = diagnostics?.find(({ category }) => category === ts.DiagnosticCategory.Error);
  if (error) {
    const { line, character } = ts.getLineAndCharacterOfPosition(
      ts.createSourceFile("cell.ts", text, ts.ScriptTarget.ESNext),
      Math.min(error.start ?? 0, text.length),
    );
    throw new TypeScriptSyntaxError(
      ts.flattenDiagnosticMessageText(error.messageText, "\n"),
      line + 1,
      character + 1,
    );
  }
  return { script: withoutMapComment(outputText), lines: decodeLines(sourceMapText) };
}

/**
 * A cell that is one expression stays one, so that its value is shown. In brackets, or the printer would end it
 * as a statement and read `{a: 1}` as a block.
 */
function expression(text: string): Stripped | undefined {
  const trimmed = text.trimStart();
  const skipped = text.slice(0, text.length - trimmed.length).split("\n").length - 1;
  const wrapped = `(${trimmed}\n)`;
  const file = ts.createSourceFile("cell.ts", wrapped, ts.ScriptTarget.ESNext);
  const [statement, ...others] = file.statements;
  if (statement === undefined || others.length > 0 || !ts.isExpressionStatement(statement)) return undefined;
  const outer = statement.expression;
  if (!ts.isParenthesizedExpression(outer) || outer.end < wrapped.trimEnd().length) return undefined;
  const inner = outer.expression;
  if ((ts.isClassExpression(inner) || ts.isFunctionExpression(inner)) && inner.name) return undefined;
  const { outputText, diagnostics, sourceMapText } = transpile(wrapped);
  if (diagnostics?.length) return undefined;
  const script = withoutMapComment(outputText).trimEnd().replace(/;$/, "");
  return { script, lines: decodeLines(sourceMapText).map((line) => (line === 0 ? 0 : line + skipped)) };
}

function transpile(text: string): ts.TranspileOutput {
  return ts.transpileModule(text, { fileName: "cell.ts", compilerOptions: OPTIONS, reportDiagnostics: true });
}

function withoutMapComment(script: string): string {
  return script.replace(/\/\/# sourceMappingURL=\S*\s*$/, "");
}
