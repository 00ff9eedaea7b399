const mod = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl";

/** The shell's own keys, as the help shows them; `App.svelte` and the notebook's view act on them. */
export const SHELL_KEYS: readonly { keys: readonly string[]; does: string }[] = [
  { keys: [mod, "K"], does: "Find and do anything: actions, notebooks, series, runs" },
  { keys: [mod, "S"], does: "Save the open notebook now (it also saves by itself)" },
  { keys: [mod, "B"], does: "Fold the rail to icons, or unfold it" },
  { keys: ["T"], does: "Show or hide the open notebook's ledger of trials" },
  { keys: ["?"], does: "Show these keys" },
  { keys: ["Esc"], does: "Close what floats" },
];
