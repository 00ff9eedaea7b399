import type { FrameJob } from "../shell/protocol.ts";

/** What the open notebook's frame reports and others show: its running work, and the way to stop it. */
class OpenNotebookState {
  jobs = $state.raw<readonly FrameJob[]>([]);
  stopJob: (id: string) => void = () => undefined;
}

export const openNotebook = new OpenNotebookState();
