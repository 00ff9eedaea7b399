import type { CellSource } from "#runtime/types.ts";

export type Heading = { cell: number; level: number; text: string };

/** The headings of the Markdown cells, in page order; `#` signs inside fenced code are none. */
export function outline(cells: readonly CellSource[]): Heading[] {
  return cells.filter(({ mode }) => mode === "md").flatMap(({ id, value }) => headings(id, value));
}

function headings(cell: number, text: string): Heading[] {
  const found: Heading[] = [];
  let fence: string | undefined;
  for (const line of text.split("\n")) {
    const mark = /^\s{0,3}(```+|~~~+)/.exec(line)?.[1];
    if (mark !== undefined) {
      if (fence === undefined) fence = mark;
      else if (mark.startsWith(fence)) fence = undefined;
      continue;
    }
    const heading = fence === undefined ? /^\s{0,3}(#{1,6})\s+(.+?)\s*#*\s*$/.exec(line) : null;
    if (heading !== null) found.push({ cell, level: heading[1].length, text: plain(heading[2]) });
  }
  return found;
}

/** A heading without the marks of emphasis, code and links. */
function plain(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*_`]+/g, "")
    .trim();
}
