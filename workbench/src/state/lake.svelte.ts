import type { Series } from "#server/contract.ts";
import { api } from "../data/api.ts";

/** What the lake holds, as the server's manifest lists it; replaced whole whenever it may have changed. */
class LakeState {
  series = $state.raw<readonly Series[]>([]);
  version = $state(-1);
  loaded = $state(false);
  #pending: Promise<void> | undefined;

  refresh(): Promise<void> {
    this.#pending ??= this.#load().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #load(): Promise<void> {
    const listing = await api.lake();
    if (!this.loaded || listing.version !== this.version || listing.series.length !== this.series.length) {
      this.series = listing.series;
      this.version = listing.version;
    }
    this.loaded = true;
  }
}

export const lake = new LakeState();
