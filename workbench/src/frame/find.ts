import type { CellSource } from "#runtime/types.ts";

export type Found = { id: number; count: number };

/** The cells whose text or result name holds `query`, in page order, whatever the case. */
export function find(cells: readonly CellSource[], query: string): Found[] {
  const wanted = query.toLowerCase();
  if (wanted === "") return [];
  return cells.flatMap(({ id, value, output }) => {
    const count =
      occurrences(value.toLowerCase(), wanted) + occurrences((output ?? "").toLowerCase(), wanted);
    return count > 0 ? [{ id, count }] : [];
  });
}

function occurrences(text: string, wanted: string): number {
  let n = 0;
  for (let i = text.indexOf(wanted); i >= 0; i = text.indexOf(wanted, i + wanted.length)) n++;
  return n;
}
