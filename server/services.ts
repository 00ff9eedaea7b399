import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { EngineError } from "#engine/core/errors.ts";
import { createLocalQueue } from "./jobs/localQueue.ts";
import type { JobQueue } from "./jobs/queue.ts";
import { type Lake, openLake } from "./lake/lake.ts";
import { NotebookStore } from "./notebooks/store.ts";
import { packageRoot } from "./root.ts";
import { RunStore } from "./runs/runStore.ts";
import { Searches } from "./searches/searches.ts";
import { openDatabase } from "./store/database.ts";

/** What stands behind the API and the command line, opened once for one `WALKFORWARD_HOME`. */
export type Services = {
  home: string;
  lake: Lake;
  notebooks: NotebookStore;
  runs: RunStore;
  jobs: JobQueue;
  searches: Searches;
  /** Stops what runs and closes the database. */
  close: () => Promise<void>;
};

export async function openServices({ home }: { home: string }): Promise<Services> {
  await makeHome(home);
  const clock = (): number => Date.now();
  const database = openDatabase(join(home, "walkforward.db"));
  const jobs = createLocalQueue({ clock });
  const lake = openLake(join(home, "lake"));
  const runs = new RunStore(database, { clock });
  const searches = new Searches({ home, lakeRoot: lake.root, runs, jobs, clock });
  return {
    home,
    lake,
    notebooks: new NotebookStore({ home, samples: join(packageRoot(), "notebooks"), clock }),
    runs,
    jobs,
    searches,
    async close() {
      searches.rest();
      await jobs.close();
      database.close();
    },
  };
}

async function makeHome(home: string): Promise<void> {
  try {
    await mkdir(home, { recursive: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(
      "store.unavailable",
      `The folder ${home} cannot be made (${reason}). Give another one by WALKFORWARD_HOME.`,
      { home },
      { cause },
    );
  }
}
