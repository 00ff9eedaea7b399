import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "#runtime/notebook.ts";
import type { NotebookSource } from "#runtime/types.ts";

export const ROOT = join(import.meta.dirname, "../..");

/** A text for people, with the folder that its relative links start from. */
export type Document = { name: string; folder: string; text: string };

export type Notebook = { name: string; source: NotebookSource; text: string };

/** The notebooks that ship with the project. */
export const notebooks: Notebook[] = readdirSync(join(ROOT, "notebooks"))
  .filter((file) => file.endsWith(".html"))
  .map((file) => {
    const text = readFileSync(join(ROOT, "notebooks", file), "utf8");
    return { name: `notebooks/${file}`, source: parse(text), text };
  });

/** Everything written in Markdown: the readmes, and the prose of each notebook. */
export const documents: Document[] = [
  ...["README.md", "CHANGELOG.md", "datasets/README.md"].map((name) => ({
    name,
    folder: dirname(join(ROOT, name)),
    text: readFileSync(join(ROOT, name), "utf8"),
  })),
  ...notebooks.map(({ name, source }) => ({
    name,
    folder: join(ROOT, "notebooks"),
    text: source.cells
      .filter(({ mode }) => mode === "md")
      .map(({ value }) => value)
      .join("\n\n"),
  })),
];

/** The lines of a document's code blocks. */
export function codeLines({ text }: Document): string[] {
  return [...text.matchAll(/^( *)```.*\n([\s\S]*?)^\1```/gm)].flatMap(([, , block]) =>
    block.split("\n").map((line) => line.trim()),
  );
}

/** What stands between single backticks in a document's prose. */
export function codeSpans({ text }: Document): string[] {
  const prose = text.replace(/^( *)```[\s\S]*?^\1```/gm, "");
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code);
}
