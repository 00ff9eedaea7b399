import { keep, readKept } from "./storage.ts";

class RailState {
  folded = $state(readKept<boolean>("rail.folded") === true);

  toggle(): void {
    this.folded = !this.folded;
    keep("rail.folded", this.folded);
  }
}

export const rail = new RailState();
