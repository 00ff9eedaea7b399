import type { FrameJob } from "../shell/protocol.ts";
import { keep, readKept } from "./storage.ts";

/** What the open notebook's frame reports and others show: its running work, and the way to stop it. */
class OpenNotebookState {
  jobs = $state.raw<readonly FrameJob[]>([]);
  stopJob: (id: string) => void = () => undefined;
  /** Whether the ledger of its trials is shown beside it; remembered for the next notebook. */
  trialsShown: boolean = $state(readKept<boolean>("trials.shown") === true);

  toggleTrials(): void {
    this.trialsShown = !this.trialsShown;
    keep("trials.shown", this.trialsShown);
  }
}

export const openNotebook = new OpenNotebookState();
