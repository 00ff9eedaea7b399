import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { NotebookStore } from "./notebooks/store.ts";
import { packageRoot } from "./root.ts";

/** What stands behind the API, opened once for one `WALKFORWARD_HOME`. */
export type Services = {
  home: string;
  notebooks: NotebookStore;
  isReady: () => boolean;
  /** Starts the job that puts the bundled data into the lake where they are missing. */
  makeSamples: () => void;
  close: () => Promise<void>;
};

export async function openServices({ home }: { home: string }): Promise<Services> {
  await mkdir(home, { recursive: true });
  const notebooks = new NotebookStore({
    home,
    samples: join(packageRoot(), "notebooks"),
    clock: () => Date.now(),
  });
  return { home, notebooks, isReady: () => true, makeSamples: () => undefined, close: async () => undefined };
}
