import { parseJavaScript } from "@observablehq/notebook-kit";
import { type Expression, type Options, Parser, type Program, type Token, tokTypes } from "acorn";

/** A cell's program with what is needed to quote parts of it. */
export type ParsedScript = {
  text: string;
  body: Program | Expression;
  tokens: Token[];
};

const OPTIONS: Options = { ecmaVersion: "latest", sourceType: "module" };

/** Parses a cell: one expression if it is one, else a program. Throws a SyntaxError that tells where. */
export function parseScript(text: string): ParsedScript {
  const { expression } = parseJavaScript(text);
  const tokens: Token[] = [];
  const options = { ...OPTIONS, onToken: tokens };
  const body = expression ? Parser.parseExpressionAt(text, 0, options) : Parser.parse(text, options);
  return { text, body, tokens };
}

/**
 * The source from `start` to `end` without comments, blank lines and trailing space, its later lines moved left
 * by the indentation of the first: what stands around it in its cell does not change the text.
 */
export function normalised({ text, tokens }: ParsedScript, start: number, end: number): string {
  const margin = /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", start - 1) + 1, start))?.[0] ?? "";
  let out = "";
  let at = start;
  for (const token of tokens) {
    if (token.start < start || token.end > end || token.type === tokTypes.eof) continue;
    out += space(text.slice(at, token.start), margin, out === "") + text.slice(token.start, token.end);
    at = token.end;
  }
  return out;
}

/** What stands between two tokens, comments left out. */
function space(gap: string, margin: string, isFirst: boolean): string {
  if (gap === "" || isFirst) return "";
  const line = gap.lastIndexOf("\n");
  // A comment that ends on the next token's line leaves only the white space before it.
  if (line >= 0) {
    const lead = /^[ \t]*/.exec(gap.slice(line + 1))?.[0] ?? "";
    return `\n${lead.startsWith(margin) ? lead.slice(margin.length) : lead}`;
  }
  return " ";
}
