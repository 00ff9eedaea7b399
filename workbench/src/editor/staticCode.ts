import { classHighlighter, highlightCode } from "@lezer/highlight";
import { parserOf } from "./languages.ts";

/**
 * Text as it will look in the editor, without an editor: a page of two hundred cells opens with none alive.
 * One `div.cm-line` for each line and the same token classes, so that nothing moves when the editor comes.
 */
export function staticCode(text: string, mode: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  let line = newLine(fragment);
  const put = (code: string, classes: string): void => {
    if (code === "") return;
    if (classes === "") {
      line.append(code);
      return;
    }
    const span = document.createElement("span");
    span.className = classes;
    span.textContent = code;
    line.append(span);
  };
  const turn = (): void => {
    line = newLine(fragment);
  };
  const parser = parserOf(mode);
  if (parser === undefined) {
    const [first, ...others] = text.split("\n");
    put(first, "");
    for (const other of others) {
      turn();
      put(other, "");
    }
  } else {
    highlightCode(text, parser.parse(text), classHighlighter, put, turn);
  }
  return fragment;
}

/** An empty line keeps its height by a line break, as CodeMirror's lines do. */
function newLine(fragment: DocumentFragment): HTMLElement {
  const line = document.createElement("div");
  line.className = "cm-line";
  fragment.append(line);
  return line;
}
