import { type Action, Keyboard } from "./keys.ts";
import type { NotebookSession } from "./session.svelte.ts";
import { EMPTY_CODE } from "./templates.ts";

/** Where single keys type, and where Enter, Space and the arrows already mean something. */
const TYPING =
  "input:not([type=range], [type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable=true]";
const OPERATED =
  "button, summary, a, input, select, textarea, [role=menuitem], [role=grid], [role=application]";
const OPERATES: ReadonlySet<string> = new Set([
  ...["Enter", " ", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "Escape"],
]);
/** What a person may do who only reads. */
const READING: ReadonlySet<Action> = new Set<Action>([
  ...(["selectNext", "selectPrevious", "selectFirst", "selectLast"] as const),
  ...(["find", "help", "palette", "save", "toggleRail", "trials"] as const),
]);

/**
 * Carries out what keys mean. It is asked twice: before the page has had a key (chords, which hold everywhere, also
 * in a text) and after (the single keys of command mode, and Escape, which an open menu or completion may have
 * wanted for itself).
 */
export class KeyboardControl {
  readonly #session: NotebookSession;
  readonly #keyboard: Keyboard;

  constructor(session: NotebookSession) {
    this.#session = session;
    this.#keyboard = new Keyboard(session.isMac);
  }

  keyDown(event: KeyboardEvent, when: "before" | "after"): void {
    if (event.defaultPrevented || event.isComposing || this.#session.helpOpen) return;
    const isChord =
      event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key === "Enter");
    if (isChord !== (when === "before")) return;
    const target = event.target instanceof Element ? event.target : undefined;
    const inEditor = target?.closest(".cm-editor") != null;
    if (!inEditor && !isChord && target?.closest(TYPING) != null) return;
    if (!inEditor && OPERATES.has(event.key) && !isChord && target?.closest(OPERATED) != null) return;
    const action = this.#keyboard.action(event, inEditor ? "edit" : "command");
    if (action === undefined || (this.#session.readOnly && !READING.has(action))) return;
    event.preventDefault();
    event.stopPropagation();
    this.#act(action);
  }

  #act(action: Action): void {
    const session = this.#session;
    const chosen = session.chosen;
    const here = session.active === undefined ? session.cells.length : session.indexOf(session.active);
    const below = Math.min(here + 1, session.cells.length);
    const { list, host } = session;
    const actions: Partial<Record<Action, () => void>> = {
      run: () => {
        session.run(chosen);
        if (session.mode === "edit") session.leave();
      },
      runAndAdvance: () => {
        session.run(chosen);
        session.goOn();
      },
      runAndInsert: () => {
        session.run(chosen);
        session.insert(below, EMPTY_CODE);
      },
      enterEdit: () => session.active !== undefined && session.enter(session.active),
      leaveEdit: () => session.leave(),
      insertAbove: () => session.jump(session.insert(here, EMPTY_CODE)),
      insertBelow: () => session.jump(session.insert(below, EMPTY_CODE)),
      delete: () => session.remove(chosen),
      undo: () => session.undo(),
      redo: () => session.redo(),
      toMarkdown: () => list.setMode(chosen, "md"),
      toCode: () => list.setMode(chosen, "ts"),
      toSql: () => list.setMode(chosen, "sql"),
      selectNext: () => session.go(session.neighbour(1)),
      selectPrevious: () => session.go(session.neighbour(-1)),
      selectFirst: () => session.go(session.cells[0]?.id),
      selectLast: () => session.go(session.cells.at(-1)?.id),
      extendNext: () => session.extend(1),
      extendPrevious: () => session.extend(-1),
      moveUp: () => session.move(chosen, -1),
      moveDown: () => session.move(chosen, 1),
      copy: () => list.copy(chosen),
      cut: () => {
        list.copy(chosen);
        session.remove(chosen);
      },
      paste: () => session.paste(),
      interrupt: () => host.stopAll(),
      fold: () => list.fold(chosen),
      find: () => {
        session.findOpen = true;
      },
      help: () => session.toggleHelp(),
      save: () => {
        session.sendSource();
        host.shortcut("save");
      },
      palette: () => host.shortcut("palette"),
      toggleRail: () => host.shortcut("toggleRail"),
      trials: () => host.shortcut("trials"),
    };
    actions[action]?.();
  }
}
