export type DiffLine = { kind: "same" | "mine" | "theirs"; text: string };

/** Beyond this many cells of the comparison table the middle is shown as replaced whole. */
const MOST_CELLS = 4_000_000;

/**
 * What has to change, line by line, to get from `theirs` to `mine`: the longest common subsequence of lines,
 * after what both begin and end with was set aside.
 */
export function lineDiff(theirs: string, mine: string): DiffLine[] {
  const a = theirs.split("\n");
  const b = mine.split("\n");
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end++;
  const same = (text: string): DiffLine => ({ kind: "same", text });
  return [
    ...a.slice(0, start).map(same),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map(same),
  ];
}

function middle(a: readonly string[], b: readonly string[]): DiffLine[] {
  const theirs = (text: string): DiffLine => ({ kind: "theirs", text });
  const mine = (text: string): DiffLine => ({ kind: "mine", text });
  const width = b.length + 1;
  if ((a.length + 1) * width > MOST_CELLS) return [...a.map(theirs), ...b.map(mine)];

  // length[i * width + j]: the longest common subsequence of a from i and b from j.
  const length = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      length[i * width + j] =
        a[i] === b[j]
          ? length[(i + 1) * width + j + 1] + 1
          : Math.max(length[(i + 1) * width + j], length[i * width + j + 1]);
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      lines.push({ kind: "same", text: a[i] });
      i++;
      j++;
    } else if (length[(i + 1) * width + j] >= length[i * width + j + 1]) lines.push(theirs(a[i++]));
    else lines.push(mine(b[j++]));
  }
  while (i < a.length) lines.push(theirs(a[i++]));
  while (j < b.length) lines.push(mine(b[j++]));
  return lines;
}

export type DiffPart = DiffLine | { kind: "skipped"; lines: number };

/** The changed lines with a few around them; longer stretches that are the same become one entry. */
export function foldSame(lines: readonly DiffLine[], around = 3): DiffPart[] {
  const near = new Uint8Array(lines.length);
  lines.forEach(({ kind }, i) => {
    if (kind !== "same") near.fill(1, Math.max(0, i - around), i + around + 1);
  });
  const parts: DiffPart[] = [];
  for (let i = 0; i < lines.length; ) {
    if (near[i] === 1) {
      parts.push(lines[i++]);
      continue;
    }
    const from = i;
    while (i < lines.length && near[i] === 0) i++;
    parts.push({ kind: "skipped", lines: i - from });
  }
  return parts;
}
