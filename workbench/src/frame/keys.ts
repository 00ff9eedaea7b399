/**
 * The keyboard, as data: what each key does in command mode (a cell is selected) and in edit mode (its text
 * has the focus), the way Jupyter has it. The help overlay lists this table, so that it cannot be incomplete.
 */
export type Action =
  | "run"
  | "runAndAdvance"
  | "runAndInsert"
  | "enterEdit"
  | "leaveEdit"
  | "insertAbove"
  | "insertBelow"
  | "delete"
  | "undo"
  | "redo"
  | "toMarkdown"
  | "toCode"
  | "toSql"
  | "selectNext"
  | "selectPrevious"
  | "selectFirst"
  | "selectLast"
  | "extendNext"
  | "extendPrevious"
  | "moveUp"
  | "moveDown"
  | "copy"
  | "cut"
  | "paste"
  | "interrupt"
  | "fold"
  | "find"
  | "help"
  | "palette"
  | "save"
  | "toggleRail"
  | "trials"
  | "comment"
  | "complete"
  | "indent";

export type Mode = "command" | "edit";
type Group = "Run" | "Cells" | "Select" | "Edit" | "Notebook";
export type Binding = {
  keys: readonly string[];
  action: Action;
  modes: readonly Mode[];
  group: Group;
  says: string;
};

const both = ["command", "edit"] as const;
const command = ["command"] as const;
const edit = ["edit"] as const;

/** `Mod` is ⌘ on a Mac and Ctrl elsewhere; `"d d"` is one key pressed twice within `SEQUENCE_MS`. */
export const BINDINGS: readonly Binding[] = [
  {
    keys: ["Shift+Enter"],
    action: "runAndAdvance",
    modes: both,
    group: "Run",
    says: "run the cell and go on",
  },
  { keys: ["Mod+Enter"], action: "run", modes: both, group: "Run", says: "run the cell" },
  {
    keys: ["Alt+Enter"],
    action: "runAndInsert",
    modes: both,
    group: "Run",
    says: "run the cell and insert one below",
  },
  { keys: ["i i"], action: "interrupt", modes: command, group: "Run", says: "stop what runs" },

  { keys: ["Enter"], action: "enterEdit", modes: command, group: "Edit", says: "edit the cell" },
  { keys: ["Escape"], action: "leaveEdit", modes: edit, group: "Edit", says: "leave the text" },
  { keys: ["Mod+/"], action: "comment", modes: edit, group: "Edit", says: "comment or uncomment lines" },
  { keys: ["Ctrl+Space"], action: "complete", modes: edit, group: "Edit", says: "complete the name" },
  {
    keys: ["Tab"],
    action: "indent",
    modes: edit,
    group: "Edit",
    says: "indent; Escape first to move the focus on",
  },

  { keys: ["a"], action: "insertAbove", modes: command, group: "Cells", says: "insert a cell above" },
  { keys: ["b"], action: "insertBelow", modes: command, group: "Cells", says: "insert a cell below" },
  {
    keys: ["d d", "Delete"],
    action: "delete",
    modes: command,
    group: "Cells",
    says: "delete the selected cells",
  },
  { keys: ["c"], action: "copy", modes: command, group: "Cells", says: "copy the selected cells" },
  { keys: ["x"], action: "cut", modes: command, group: "Cells", says: "cut the selected cells" },
  { keys: ["v"], action: "paste", modes: command, group: "Cells", says: "paste below" },
  { keys: ["Alt+ArrowUp"], action: "moveUp", modes: command, group: "Cells", says: "move the cells up" },
  {
    keys: ["Alt+ArrowDown"],
    action: "moveDown",
    modes: command,
    group: "Cells",
    says: "move the cells down",
  },
  { keys: ["m"], action: "toMarkdown", modes: command, group: "Cells", says: "make it a Markdown cell" },
  { keys: ["y"], action: "toCode", modes: command, group: "Cells", says: "make it a code cell" },
  { keys: ["q"], action: "toSql", modes: command, group: "Cells", says: "make it an SQL cell" },
  { keys: ["o"], action: "fold", modes: command, group: "Cells", says: "fold or unfold the code" },

  { keys: ["ArrowDown", "j"], action: "selectNext", modes: command, group: "Select", says: "next cell" },
  {
    keys: ["ArrowUp", "k"],
    action: "selectPrevious",
    modes: command,
    group: "Select",
    says: "previous cell",
  },
  {
    keys: ["Shift+ArrowDown", "Shift+J"],
    action: "extendNext",
    modes: command,
    group: "Select",
    says: "extend the selection down",
  },
  {
    keys: ["Shift+ArrowUp", "Shift+K"],
    action: "extendPrevious",
    modes: command,
    group: "Select",
    says: "extend the selection up",
  },
  { keys: ["Home"], action: "selectFirst", modes: command, group: "Select", says: "first cell" },
  { keys: ["End"], action: "selectLast", modes: command, group: "Select", says: "last cell" },

  {
    keys: ["z"],
    action: "undo",
    modes: command,
    group: "Notebook",
    says: "undo the last change to the cells",
  },
  { keys: ["Shift+Z"], action: "redo", modes: command, group: "Notebook", says: "redo it" },
  { keys: ["f"], action: "find", modes: command, group: "Notebook", says: "find in all cells" },
  { keys: ["Mod+s"], action: "save", modes: both, group: "Notebook", says: "save" },
  { keys: ["Mod+k"], action: "palette", modes: both, group: "Notebook", says: "all commands" },
  {
    keys: ["Mod+b"],
    action: "toggleRail",
    modes: both,
    group: "Notebook",
    says: "show or hide the left rail",
  },
  {
    keys: ["t"],
    action: "trials",
    modes: command,
    group: "Notebook",
    says: "show or hide the ledger of trials",
  },
  { keys: ["?"], action: "help", modes: command, group: "Notebook", says: "all keys" },
];

/** Two presses further apart than this are two single keys. */
export const SEQUENCE_MS = 800;

export type Press = {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  /** When it was pressed, in milliseconds of any one clock. */
  timeStamp: number;
};

const EDITOR_OWNS: ReadonlySet<Action> = new Set(["comment", "complete", "indent"]);

/**
 * Turns presses into actions and remembers the first half of a double press. Keys that the editor itself
 * handles are in the table for the help only and never answered here.
 */
export class Keyboard {
  #last: { name: string; at: number } | undefined;

  constructor(readonly isMac: boolean) {}

  action(press: Press, mode: Mode): Action | undefined {
    const name = chord(press, this.isMac);
    const before = this.#last;
    this.#last = { name, at: press.timeStamp };
    const twice = before?.name === name && press.timeStamp - before.at <= SEQUENCE_MS;
    for (const { keys, action, modes } of BINDINGS) {
      if (!modes.includes(mode) || EDITOR_OWNS.has(action)) continue;
      if (keys.includes(name)) return action;
      if (twice && keys.includes(`${name} ${name}`)) {
        this.#last = undefined;
        return action;
      }
    }
    return undefined;
  }
}

function chord({ key, ctrlKey, metaKey, altKey, shiftKey }: Press, isMac: boolean): string {
  const mod = isMac ? metaKey : ctrlKey;
  const otherMod = isMac ? ctrlKey : metaKey;
  const letter = key.length === 1;
  // A shifted letter is named by its capital; a shifted sign ("?") is already another key.
  const shift = shiftKey && (!letter || /[a-z]/i.test(key));
  const base = letter && /[a-z]/i.test(key) ? (shift ? key.toUpperCase() : key.toLowerCase()) : key;
  return [mod && "Mod", otherMod && (isMac ? "Ctrl" : "Meta"), altKey && "Alt", shift && "Shift", base]
    .filter(Boolean)
    .join("+");
}

/** The key as a person reads it: `⌘ S`, `Ctrl S`, `D D`. */
export function keyLabel(key: string, isMac: boolean): string {
  return key
    .split(" ")
    .map((one) =>
      one
        .split("+")
        .map((part) => LABELS[part]?.[isMac ? 1 : 0] ?? (part.length === 1 ? part.toUpperCase() : part))
        .join(" "),
    )
    .join(" ");
}

const LABELS: Record<string, readonly [string, string]> = {
  Mod: ["Ctrl", "⌘"],
  Alt: ["Alt", "⌥"],
  Shift: ["Shift", "⇧"],
  Escape: ["Esc", "Esc"],
  ArrowUp: ["↑", "↑"],
  ArrowDown: ["↓", "↓"],
};
