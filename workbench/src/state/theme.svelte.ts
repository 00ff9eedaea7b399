import type { Theme } from "../shell/protocol.ts";
import { keep, readKept } from "./storage.ts";

export type ThemeChoice = "system" | Theme;
const CHOICES: readonly ThemeChoice[] = ["system", "light", "dark"];

/** Light, dark, or what the system says; the chosen one stands on the root element, where the tokens read it. */
class ThemeState {
  choice = $state<ThemeChoice>("system");
  #systemIsDark = $state(false);
  readonly theme: Theme = $derived(
    this.choice === "system" ? (this.#systemIsDark ? "dark" : "light") : this.choice,
  );

  constructor() {
    const kept = readKept<ThemeChoice>("theme");
    if (kept !== undefined && CHOICES.includes(kept)) this.choice = kept;
    const query = matchMedia("(prefers-color-scheme: dark)");
    this.#systemIsDark = query.matches;
    query.addEventListener("change", () => {
      this.#systemIsDark = query.matches;
      this.#show();
    });
    this.#show();
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    keep("theme", choice);
    this.#show();
  }

  next(): void {
    this.choose(CHOICES[(CHOICES.indexOf(this.choice) + 1) % CHOICES.length]);
  }

  #show(): void {
    document.documentElement.dataset.theme = this.theme;
  }
}

export const theme = new ThemeState();
