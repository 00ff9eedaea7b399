/**
 * The little that the shell itself knows of the notebook file: its title, and how an empty one looks. All else
 * is the frame's. (Observable's notebook HTML: `<notebook>`, `<title>`, one `<script>` for each cell.)
 */
const TITLE = /<title>([\s\S]*?)<\/title>/i;

export function emptyNotebook(title: string): string {
  return `<!doctype html>
<notebook>
  <title>${escapeText(title)}</title>
  <script id="1" type="text/markdown">
    # ${title.replaceAll("</", "<\\/")}
  </script>
</notebook>
`;
}

export function titleOf(text: string): string | undefined {
  const title = TITLE.exec(beforeCells(text))?.[1];
  return title === undefined ? undefined : unescapeText(title).trim() || undefined;
}

/** The same file under another title. */
export function withTitle(text: string, title: string): string {
  const head = beforeCells(text);
  const named = `<title>${escapeText(title)}</title>`;
  // A function, since a title may hold `$&`.
  if (TITLE.test(head)) return head.replace(TITLE, () => named) + text.slice(head.length);
  return text.replace(/<notebook[^>]*>/i, (tag) => `${tag}\n  ${named}`);
}

/** The statements of the SQL cells, for reading ahead what they name. */
export function sqlCells(text: string): string[] {
  const cells = text.matchAll(/<script\b[^>]*\btype="?application\/sql"?[^>]*>([\s\S]*?)<\/script>/gi);
  return Array.from(cells, ([, statement]) => statement);
}

/** A title inside a cell's text is not the notebook's. */
function beforeCells(text: string): string {
  const first = text.search(/<script[\s>]/i);
  return first === -1 ? text : text.slice(0, first);
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function unescapeText(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}
