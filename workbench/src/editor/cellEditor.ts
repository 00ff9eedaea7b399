import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit, syntaxTree } from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, dropCursor, EditorView, keymap, placeholder } from "@codemirror/view";
import type { CellMode } from "#runtime/types.ts";
import { completionSources, type EditorKnowledge } from "./completion.ts";
import { languageOf } from "./languages.ts";
import { theme } from "./theme.ts";

/** What needs the reader's eye in a cell's text: a place, `line` and `column` counted from 1, or each use of a name. */
export type Mark = { message: string; severity: "error" | "warning" } & (
  | { line: number; column?: number }
  | { name: string }
);

export type CellEditorOptions = {
  mode: CellMode;
  label: string;
  knowledge: EditorKnowledge;
  readOnly: boolean;
  onChange(text: string): void;
  /** The caret wants to leave the first or the last line. */
  onEdge(direction: "up" | "down"): void;
};

/**
 * One live editor for the cell that has the focus. Its state outlives it (`state`), so that going back to a
 * cell brings back its undo history and caret.
 */
export class CellEditor {
  readonly view: EditorView;

  constructor(parent: HTMLElement, from: string | EditorState, options: CellEditorOptions) {
    const state =
      typeof from === "string" ? EditorState.create({ doc: from, extensions: extensions(options) }) : from;
    this.view = new EditorView({ state, parent });
  }

  get state(): EditorState {
    return this.view.state;
  }

  focus(at?: { x: number; y: number } | "start" | "end"): void {
    this.view.focus();
    if (at === undefined) return;
    const { length } = this.view.state.doc;
    const position =
      at === "start" ? 0 : at === "end" ? length : (this.view.posAtCoords(at, false) ?? length);
    this.view.dispatch({ selection: { anchor: position }, scrollIntoView: true });
  }

  /** Takes over a text that was changed from outside (undo of a cell operation), as one step of its history. */
  setText(text: string): void {
    const { doc } = this.view.state;
    if (doc.toString() === text) return;
    this.view.dispatch({ changes: { from: 0, to: doc.length, insert: text } });
  }

  mark(marks: Mark[]): void {
    const { state } = this.view;
    const diagnostics: Diagnostic[] = marks.flatMap((mark) => {
      const { message, severity } = mark;
      return rangesOf(mark, state).map((range) => ({ ...range, message, severity }));
    });
    this.view.dispatch(setDiagnostics(state, diagnostics));
  }

  destroy(): void {
    this.view.destroy();
  }
}

type Range = { from: number; to: number };

function rangesOf(mark: Mark, state: EditorState): Range[] {
  if ("name" in mark) return usesOf(mark.name, state);
  const { doc } = state;
  const { line, column } = mark;
  if (line < 1 || line > doc.lines) return [];
  const { from, to, text } = doc.line(line);
  const start = column === undefined ? from + indentOf(text) : Math.min(from + column - 1, to);
  const word = /^[\w$]+/.exec(doc.sliceString(start, to))?.[0].length ?? 1;
  const end = column === undefined ? to : Math.min(start + word, to);
  return [{ from: Math.min(start, end), to: end }];
}

/** Where a variable of this name is read; the same letters in a text, a comment or after a dot are something else. */
function usesOf(name: string, state: EditorState): Range[] {
  const uses: Range[] = [];
  syntaxTree(state).iterate({
    enter({ type, from, to }) {
      if (type.name === "VariableName" && state.sliceDoc(from, to) === name) uses.push({ from, to });
    },
  });
  return uses;
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}

function extensions({ mode, label, knowledge, readOnly, onChange, onEdge }: CellEditorOptions): Extension[] {
  const language = languageOf(mode);
  return [
    keymap.of([
      { key: "ArrowUp", run: (view) => leaveAt(view, "up", onEdge) },
      { key: "ArrowDown", run: (view) => leaveAt(view, "down", onEdge) },
    ]),
    history(),
    drawSelection(),
    dropCursor(),
    indentUnit.of("  "),
    EditorState.tabSize.of(2),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ override: completionSources(mode, knowledge), icons: false, maxRenderedOptions: 60 }),
    highlightSelectionMatches({ minSelectionLength: 2 }),
    search({ top: true }),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: mode === "md" ? "true" : "false" }),
    EditorState.readOnly.of(readOnly),
    placeholder(mode === "md" ? "Markdown" : mode === "sql" ? "select …" : ""),
    keymap.of([
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...defaultKeymap,
      indentWithTab,
    ]),
    language ?? [],
    theme,
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
  ];
}

function leaveAt(view: EditorView, direction: "up" | "down", onEdge: CellEditorOptions["onEdge"]): boolean {
  const isLeaving = atEdge(view, direction);
  if (isLeaving) onEdge(direction);
  return isLeaving;
}

/** True with a bare caret on the first (or last) line and nothing open that wants the arrow for itself. */
function atEdge(view: EditorView, direction: "up" | "down"): boolean {
  const { main } = view.state.selection;
  if (!main.empty || view.dom.querySelector(".cm-tooltip-autocomplete") !== null) return false;
  const moved = view.moveVertically(main, direction === "down");
  return moved.head === main.head || (direction === "up" ? moved.head === 0 && main.head === 0 : false);
}
