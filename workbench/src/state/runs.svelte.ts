import type { RunSummary } from "#server/contract.ts";
import { api } from "../data/api.ts";

class RunsState {
  list = $state.raw<readonly RunSummary[]>([]);
  loaded = $state(false);

  async refresh(): Promise<void> {
    this.list = await api.runs();
    this.loaded = true;
  }
}

export const runs = new RunsState();
