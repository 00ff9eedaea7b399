/** An act that the page at hand offers to the command palette. */
export type PageAction = { label: string; keys?: string; run: () => void };

class PaletteState {
  open = $state(false);
  help = $state(false);
  /** Set by the page that is open, cleared when it goes. */
  pageActions = $state.raw<readonly PageAction[]>([]);
}

export const palette = new PaletteState();
