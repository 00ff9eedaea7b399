import { parseTemplate, transpileJavaScript, transpileTemplate } from "@observablehq/notebook-kit";
import { getLineInfo } from "acorn";
import { EngineError } from "#engine/core/errors.ts";
import { HIDDEN_NAMES, RUN_NAMES, SITE_NAME, SQL_NAME } from "./cellNames.ts";
import { changedNames } from "./names.ts";
import { EXPORT_MESSAGE, type PreparedScript, prepareScript } from "./script.ts";
import { type ParsedScript, parseScript } from "./sourceText.ts";
import { sqlContexts } from "./sql.ts";
import { tableNames, VALUE_MARK } from "./sqlTables.ts";
import { strategyParts } from "./strategyParts.ts";
import type { CellFailure, CellSource, CompiledCell, ForeignMode } from "./types.ts";
import { stripTypes, TypeScriptSyntaxError } from "./typescript.ts";

/**
 * Makes a cell ready to run. Text that is wrong gives a cell with a `failure` and no `body`, never an exception.
 * It needs the TypeScript compiler and no DOM: meant for a worker.
 */
export function compile(cell: CellSource): CompiledCell {
  try {
    switch (cell.mode) {
      case "js":
        return code(cell, cell.value, undefined);
      case "ts": {
        const { script, lines } = stripTypes(cell.value);
        return code(cell, script, lines);
      }
      case "sql":
        return sql(cell);
      case "md":
        return template(cell, "md", false);
      case "html":
        return template(cell, "html", true);
      case "tex":
        return template(cell, "tex.block", true);
      default:
        return failed(cell, foreign(cell.mode));
    }
  } catch (error) {
    return failed(cell, failureOf(error, cell.value));
  }
}

function code(cell: CellSource, script: string, scriptLines: number[] | undefined): CompiledCell {
  let parsed: ParsedScript;
  let prepared: PreparedScript;
  let transpiled: ReturnType<typeof transpileJavaScript>;
  try {
    parsed = parseScript(script);
    prepared = prepareScript(parsed, SITE_NAME);
    transpiled = transpileJavaScript(prepared.text);
  } catch (error) {
    const failure = failureOf(error, script);
    if (scriptLines && failure.line !== undefined) failure.line = scriptLines[failure.line - 1] || undefined;
    return failed(cell, failure);
  }
  const isExpression = parsed.body.type !== "Program";
  const { body, inputs = [], outputs = [], autodisplay = false } = transpiled;
  return {
    ...described(cell, inputs, outputs),
    body,
    outputs,
    autodisplay: autodisplay && !cell.hidden,
    imports: prepared.imports,
    lines: bodyLines(body, isExpression ? 2 : 1, prepared.text.startsWith("\n"), scriptLines),
    ...strategyParts(parsed),
    changed: changedNames(parsed.body),
  };
}

function template(cell: CellSource, tag: string, raw: boolean): CompiledCell {
  if (cell.value.trim() === "") return blank(cell);
  const { body, inputs = [] } = transpileJavaScript(transpileTemplate(cell.value, tag, raw));
  return {
    ...described(cell, inputs, []),
    body,
    autodisplay: !cell.hidden,
    lines: bodyLines(body, 2, cell.value.startsWith("\n"), undefined),
  };
}

/** The texts and values go to `$sql` as two lists; each value keeps its line, so that an error points at it. */
function sql(cell: CellSource): CompiledCell {
  if (cell.value.trim() === "") return blank(cell);
  const { output } = cell;
  if (output !== undefined && !/^[A-Za-z_$][\w$]*$/.test(output)) {
    throw new EngineError(
      "notebook.bad-output-name",
      `"${output}" cannot name a result: other cells read it as a variable. Use letters, digits and _, like prices.`,
      { output },
    );
  }
  const { quasis, expressions } = parseTemplate(cell.value);
  const texts = quasis.map(({ start, end }) => cell.value.slice(start, end).replace(/\\\$\{|\$\\\{/g, "${"));
  requireUnquoted(texts, expressions, cell.value);
  let script = `${SQL_NAME}(${JSON.stringify(texts)}, [`;
  let line = 1;
  for (const { start, end } of expressions) {
    const at = getLineInfo(cell.value, start).line;
    script += `${"\n".repeat(Math.max(0, at - line))}(${cell.value.slice(start, end)}),`;
    line = getLineInfo(cell.value, end).line;
  }
  const { body, inputs = [] } = transpileJavaScript(`${script}])`);
  return {
    ...described(cell, inputs, []),
    body,
    ...(output !== undefined && { output, defines: [output] }),
    tables: tableNames(texts.join(VALUE_MARK)),
    autodisplay: !cell.hidden,
    lines: bodyLines(body, 2, false, undefined),
  };
}

/** A value is quoted when it is put in, so it may stand neither in quotes nor in a comment. */
function requireUnquoted(
  texts: string[],
  expressions: { start: number; end: number }[],
  source: string,
): void {
  const contexts = sqlContexts(texts);
  for (const [i, { start, end }] of expressions.entries()) {
    const context = contexts[i];
    if (context === "") continue;
    const name = source.slice(start, end);
    const cure =
      context === "comment"
        ? "Take it out of the comment."
        : context === "name"
          ? `Write \${ident(${name})} without the quotes.`
          : `Write \${${name}} without the quotes, and join texts by '…' || \${${name}} || '…'.`;
    const where = context === "comment" ? "a comment" : "quotes";
    const { line, column } = getLineInfo(source, source.lastIndexOf("${", start));
    throw new EngineError(
      "sql.quoted-value",
      `\${${name}} stands in ${where}, but values are quoted when they are put in. ${cure}`,
      { line, column: column + 1 },
    );
  }
}

/** What a cell reads and gives, without its code. */
function described(cell: CellSource, inputs: string[], outputs: string[]): CompiledCell {
  return {
    id: cell.id,
    mode: cell.mode,
    inputs,
    outputs: [],
    autodisplay: false,
    defines: outputs,
    reads: inputs.filter((name) => !RUN_NAMES.has(name) && !HIDDEN_NAMES.has(name)),
    imports: [],
    lines: [],
    pieces: [],
    sites: [],
    changed: [],
  };
}

/** An empty cell runs, and does nothing. */
function blank(cell: CellSource): CompiledCell {
  return { ...described(cell, [], []), body: "() => undefined" };
}

function failed(cell: CellSource, failure: CellFailure): CompiledCell {
  return { ...described(cell, [], []), failure };
}

/** notebook-kit puts its function's head before the text, and drops one line break at the text's start. */
function bodyLines(
  body: string,
  head: number,
  startsWithBreak: boolean,
  lines: number[] | undefined,
): number[] {
  const offset = startsWithBreak ? head - 1 : head;
  return body.split("\n").map((_, i) => {
    const line = i + 1 - offset;
    return line < 1 ? 0 : lines === undefined ? line : (lines[line - 1] ?? 0);
  });
}

function failureOf(error: unknown, source: string): CellFailure {
  if (error instanceof EngineError) {
    const { line, column, ...details } = error.details as { line?: number; column?: number };
    return { code: error.code, message: error.message, details, line, column };
  }
  if (error instanceof TypeScriptSyntaxError) {
    return { code: "notebook.syntax", message: error.message, line: error.line, column: error.column };
  }
  if (!(error instanceof Error)) return { code: "notebook.syntax", message: String(error) };
  // Parsers put the place into the message, "(2:5)": the column from 0.
  const place = /\s*\((\d+):(\d+)\)$/.exec(error.message);
  const failure: CellFailure = { code: "notebook.syntax", message: error.message.slice(0, place?.index) };
  if (place) {
    failure.line = Math.min(Number(place[1]), source.split("\n").length);
    failure.column = Number(place[2]) + 1;
  }
  for (const [pattern, code, message] of IN_OUR_WORDS) {
    const found = pattern.exec(failure.message);
    if (found) return { ...failure, code, message: message(found[1] ?? found[2] ?? "") };
  }
  return failure;
}

/** What notebook-kit finds wrong, with the cure that it leaves out. */
const IN_OUR_WORDS: [pattern: RegExp, code: string, message: (name: string) => string][] = [
  [
    /^Assignment to external variable '(.*)'$/,
    "notebook.assignment-outside",
    (name) =>
      `\`${name}\` belongs to another cell, which alone may change it. ` +
      "Declare a name of your own, or make it a Mutable in its own cell.",
  ],
  [
    /^(?:Global '(.*)' cannot be redefined|Assignment to global '(.*)')$/,
    "notebook.global-name",
    (name) =>
      `${name === "" ? "A name" : `\`${name}\``} of the browser's own cannot be given to something else. Choose another.`,
  ],
  [/^Unexpected token 'export'$/, "notebook.export", () => EXPORT_MESSAGE],
];

const LANGUAGES: Record<ForeignMode, string> = {
  ojs: "Observable JavaScript",
  dot: "Graphviz",
  node: "Node.js",
  python: "Python",
  r: "R",
  unknown: "a language that is not known here",
};

function foreign(mode: ForeignMode): CellFailure {
  const language = mode === "unknown" ? LANGUAGES.unknown : LANGUAGES[mode];
  return {
    code: "notebook.mode-not-run",
    message:
      `This cell is written in ${language}, which does not run here. It is kept as it is; ` +
      "cells in TypeScript, JavaScript, SQL, Markdown, HTML and TeX run.",
    details: { mode },
  };
}
