import { createHash } from "node:crypto";
import { EngineError } from "#engine/core/errors.ts";

/** Longest notebook that is kept, in bytes of UTF-8: far more than source needs, far less than hurts. */
export const MAX_NOTEBOOK_BYTES = 20_000_000;

/** SHA-256 of the text, which is also the version that a save must name. */
export function notebookHash(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/**
 * Refuses what is not Observable's notebook HTML, by its frame alone: one `<notebook>` around `<script>` cells
 * that are all closed. What the cells hold is the reader's and the runtime's business.
 */
export function requireNotebook(text: string): void {
  const bytes = Buffer.byteLength(text, "utf8");
  if (bytes > MAX_NOTEBOOK_BYTES) {
    throw new EngineError(
      "notebook.too-large",
      `The notebook has ${bytes} bytes; at most ${MAX_NOTEBOOK_BYTES} are kept. ` +
        "Put data into the lake and read it from there instead of into a cell.",
      { bytes, most: MAX_NOTEBOOK_BYTES },
    );
  }
  const problem = structuralProblem(text);
  if (problem !== undefined) {
    throw new EngineError(
      "notebook.not-a-notebook",
      `This is not a notebook file: ${problem} Expected Observable's notebook HTML: ` +
        "<notebook> with a <title> and one <script> for each cell.",
      { begins: text.slice(0, 80) },
    );
  }
}

function structuralProblem(text: string): string | undefined {
  if (text.includes("\0")) return "it holds binary data.";
  if (!at(text, /<notebook[\s>]/iy, afterPreamble(text))) return "it does not begin with <notebook>.";
  if (!/<\/notebook\s*>$/i.test(text.slice(-200).trimEnd()))
    return "it does not end with </notebook>; it may be cut short.";
  return scriptSpans(text) === undefined
    ? "a cell's <script> is not closed; it may be cut short."
    : undefined;
}

/** Where the first element begins, after the doctype and comments. A loop, since one pattern for it can backtrack. */
function afterPreamble(text: string): number {
  const step = /[\s\uFEFF]+|<!doctype[^>]{0,200}>|<!--/iy;
  let index = 0;
  for (;;) {
    step.lastIndex = index;
    const found = step.exec(text)?.[0];
    if (found === undefined) return index;
    const end = found === "<!--" ? text.indexOf("-->", index + 4) + 3 : index + found.length;
    if (end < index + found.length) return index;
    index = end;
  }
}

/** Start and end of each cell's element, or undefined when one is not closed. Linear in the text, however hostile. */
function scriptSpans(text: string): [start: number, end: number][] | undefined {
  const opening = /<script[\s/>]/gi;
  const closing = /<\/script[\s/>]/gi;
  const spans: [number, number][] = [];
  for (;;) {
    opening.lastIndex = spans.at(-1)?.[1] ?? 0;
    const start = opening.exec(text)?.index;
    if (start === undefined) return spans;
    closing.lastIndex = start;
    if (closing.exec(text) === null) return undefined;
    spans.push([start, closing.lastIndex]);
  }
}

function at(text: string, sticky: RegExp, index: number): boolean {
  sticky.lastIndex = index;
  return sticky.test(text);
}

/** The title's element, which stands before the first cell; what a cell's code says about titles is not it. */
function titleSpan(text: string): { start: number; end: number; inner: string } | undefined {
  const head = text.slice(0, scriptSpans(text)?.[0]?.[0] ?? text.length);
  const open = /<title[^>]{0,200}>/i.exec(head);
  if (open === null) return undefined;
  const closing = /<\/title\s*>/gi;
  closing.lastIndex = open.index;
  const close = closing.exec(head);
  if (close === null) return undefined;
  const inner = head.slice(open.index + open[0].length, close.index);
  return { start: open.index, end: closing.lastIndex, inner };
}

export function notebookTitle(text: string): string | undefined {
  const title = titleSpan(text)?.inner;
  return title === undefined ? undefined : unescapeText(title).replace(/\s+/g, " ").trim() || undefined;
}

/** The same text under another title. */
export function withTitle(text: string, title: string): string {
  const element = `<title>${escapeText(title)}</title>`;
  const span = titleSpan(text);
  if (span !== undefined) return text.slice(0, span.start) + element + text.slice(span.end);
  return text.replace(/<notebook[^>]{0,2000}>/i, (open) => `${open}\n  ${element}`);
}

function escapeText(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function unescapeText(text: string): string {
  return text
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&");
}
