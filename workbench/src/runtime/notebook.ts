import { EngineError } from "#engine/core/errors.ts";
import { decodeText, encodeAttributes, encodeText, endOfText, nextTag } from "./markup.ts";
import type { CellMode, CellSource, NotebookSource } from "./types.ts";

/**
 * Observable's notebook HTML: `<notebook>` with a `<title>` and one `<script>` per cell. Written as
 * `@observablehq/notebook-kit` writes it, which the tests hold it to; read here because the kit needs a DOM and
 * drops what it does not know, and saving a stranger's notebook must lose nothing.
 */
const TYPES: Record<Exclude<CellMode, "unknown">, string> = {
  js: "module",
  ts: "text/x-typescript",
  sql: "application/sql",
  md: "text/markdown",
  html: "text/html",
  tex: "application/x-tex",
  ojs: "application/vnd.observable.javascript",
  dot: "text/vnd.graphviz",
  node: "application/vnd.node.javascript",
  python: "text/x-python",
  r: "text/x-r",
};
const MODES = new Map(Object.entries(TYPES).map(([mode, type]) => [type, mode as CellMode]));
const JAVASCRIPT_TYPES = new Set(["", "module", "text/javascript", "application/javascript"]);
const OWN_ATTRIBUTES = new Set(["id", "type", "pinned", "hidden", "output"]);

const HEAD = "<!doctype html>\n";
const BEFORE_CELL = "\n  ";
const BEFORE_END = "\n";
const AFTER = "\n";

/** Reads a notebook file. One that is something else is an error that says what was found. */
export function parse(text: string): NotebookSource {
  const opening = findOpening(text);
  if (opening === undefined) throw notANotebook(text);
  const cells: CellSource[] = [];
  let title = "Untitled";
  let beforeTitle = "";
  let at = opening.end;
  let end = text.length;
  let after = text.length;
  for (let tag = nextTag(text, at); tag !== undefined; tag = nextTag(text, tag.end)) {
    if (tag.name === "notebook" && tag.isEnd) {
      end = tag.start;
      after = tag.end;
      break;
    }
    if (tag.isEnd || (tag.name !== "script" && tag.name !== "title")) continue;
    const close = endOfText(text, tag.name, tag.end);
    const content = text.slice(tag.end, close);
    const before = text.slice(at, tag.start);
    const closing = nextTag(text, close);
    at = closing?.end ?? text.length;
    if (tag.name === "title") {
      title = decodeText(content).replace(/\r\n?/g, "\n");
      beforeTitle = before.trim() === "" ? "" : before;
    } else {
      cells.push(cellOf(tag.attributes, content, beforeTitle + before));
      beforeTitle = "";
    }
    tag.end = at;
  }
  const source: NotebookSource = { title, cells: withIds(cells) };
  if (Object.keys(opening.attributes).length > 0) source.attributes = { ...opening.attributes };
  const around = {
    before: text.slice(0, opening.start),
    beforeEnd: beforeTitle + text.slice(at, end),
    after: text.slice(after),
  };
  if (around.before !== HEAD || around.beforeEnd !== BEFORE_END || around.after !== AFTER)
    source.around = around;
  return source;
}

/** Writes a notebook file; `parse` reads the same source back. */
export function serialise(source: NotebookSource): string {
  const { before, beforeEnd, after } = source.around ?? { before: HEAD, beforeEnd: BEFORE_END, after: AFTER };
  let out = `${before}<notebook${encodeAttributes(Object.entries(source.attributes ?? { theme: "air" }))}>`;
  out += `\n  <title>${encodeText(source.title)}</title>`;
  for (const cell of source.cells) {
    out += `${cell.before ?? BEFORE_CELL}<script${encodeAttributes(attributesOf(cell))}>${indent(escapeEndTags(cell.value))}</script>`;
  }
  return `${out}${beforeEnd}</notebook>${after}`;
}

/** A notebook with nothing in it but its title. */
export function emptyNotebook(title: string): NotebookSource {
  return { title, cells: [], attributes: { theme: "air" } };
}

/** An id that no cell has and none had before it among these: one more than the largest. */
export function unusedId(cells: Iterable<{ id: number }>): number {
  let largest = 0;
  for (const { id } of cells) largest = Math.max(largest, id);
  return largest + 1;
}

/** A new cell; code stays in view when not focused, prose does not. */
export function newCell(id: number, mode: CellMode, value = ""): CellSource {
  return { id, mode, value, pinned: mode !== "md" && mode !== "html" && mode !== "tex", hidden: false };
}

function cellOf(attributes: Record<string, string>, content: string, before: string): CellSource {
  const type = (attributes.type ?? "").trim().toLowerCase();
  const mode = MODES.get(type) ?? (JAVASCRIPT_TYPES.has(type) ? "js" : "unknown");
  const cell: CellSource = {
    id: Math.floor(Number(attributes.id)),
    mode,
    value: unescapeEndTags(dedent(content)),
    pinned: "pinned" in attributes,
    hidden: "hidden" in attributes,
  };
  if (attributes.output) cell.output = attributes.output;
  const others = Object.entries(attributes).filter(
    ([name]) => !OWN_ATTRIBUTES.has(name) || (name === "type" && mode === "unknown"),
  );
  if (others.length > 0) cell.attributes = Object.fromEntries(others);
  if (before !== BEFORE_CELL && before.trim() !== "") cell.before = before;
  return cell;
}

/** The order is the kit's, so that a file goes through either without a change. */
function attributesOf(cell: CellSource): [string, string][] {
  const { type, database, format, ...others } = cell.attributes ?? {};
  const list: [string, string][] = [
    ["id", String(cell.id)],
    ["type", cell.mode === "unknown" ? (type ?? "") : TYPES[cell.mode]],
  ];
  if (cell.pinned) list.push(["pinned", ""]);
  if (cell.hidden) list.push(["hidden", ""]);
  if (database !== undefined) list.push(["database", database]);
  if (cell.output) list.push(["output", cell.output]);
  if (format !== undefined) list.push(["format", format]);
  return [...list, ...Object.entries(others)];
}

/** A cell without an id of its own, or with one that is taken, gets one that no other cell has. */
function withIds(cells: CellSource[]): CellSource[] {
  const isId = (id: number) => Number.isSafeInteger(id) && id > 0;
  let next = unusedId(cells.filter(({ id }) => isId(id)));
  const taken = new Set<number>();
  for (const cell of cells) {
    if (!isId(cell.id) || taken.has(cell.id)) cell.id = next++;
    taken.add(cell.id);
  }
  return cells;
}

/** A backslash keeps `</script` from ending the cell; one more for each that already stands there. */
function escapeEndTags(value: string): string {
  return value.replace(/<(?=\\*\/script(?:[\s/>]|$))/gi, "<\\");
}

function unescapeEndTags(value: string): string {
  return value.replace(/<\\(?=\\*\/script(?:[\s/>]|$))/gi, "<");
}

function indent(value: string): string {
  const lines = value.split(/\r\n?|\n/);
  return `\n${lines.map((line) => (line === "" ? "" : `    ${line}`)).join("\n")}\n  `;
}

function dedent(content: string): string {
  const lines = content.split(/\r\n?|\n/);
  if (lines[lines.length - 1].trim() === "") lines.pop();
  if (lines.length > 0 && lines[0].trim() === "") lines.shift();
  return lines.map((line) => line.replace(/^ {4}/, "")).join("\n");
}

function findOpening(text: string): ReturnType<typeof nextTag> {
  for (let tag = nextTag(text, 0); tag !== undefined; tag = nextTag(text, tag.end)) {
    if (tag.isEnd) continue;
    if (tag.name === "notebook") return tag;
    if (["script", "style", "title", "textarea"].includes(tag.name))
      tag.end = endOfText(text, tag.name, tag.end);
  }
  return undefined;
}

function notANotebook(text: string): EngineError {
  const found = whatItIs(text);
  return new EngineError(
    "notebook.not-a-notebook",
    `This file is not a notebook: it is ${found}, and no <notebook> element was found in it. ` +
      "A notebook is an HTML file with <notebook>, a <title> and one <script> for each cell.",
    { found },
  );
}

function whatItIs(text: string): string {
  const start = text.trimStart();
  if (start === "") return "empty";
  if (text.includes("\u0000") || text.startsWith("PK\u0003")) return "a binary file";
  if (start.startsWith("{") && /"nbformat"\s*:/.test(text)) return "a Jupyter notebook (.ipynb)";
  if (start.startsWith("{") || start.startsWith("[")) return "JSON";
  if (/^(<!doctype html|<html)/i.test(start)) return "an HTML page of another kind";
  if (start.startsWith("<")) return "markup of another kind";
  return `text that begins "${start.slice(0, 40).replace(/\s+/g, " ")}"`;
}
