import { readdir, readFile, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { builtInStrategy } from "#engine/strategies/index.ts";
import type { Job, OptimiseRequest } from "../contract.ts";
import type { JobQueue } from "../jobs/queue.ts";
import type { RunStore } from "../runs/runStore.ts";
import { writeWhole } from "../store/atomicFile.ts";
import { LedgerFiles } from "../trials/ledgerFile.ts";
import { ledgerOfSearches, searchesFolder } from "./ledgerOfSearches.ts";
import { optimiseJob } from "./optimiseJob.ts";
import { optimiseRequest } from "./optimiseRequest.ts";

export type SearchesOptions = {
  home: string;
  lakeRoot: string;
  runs: RunStore;
  jobs: JobQueue;
  clock: () => number;
};

/** What follows a job's id in the name of the file that says what it searches. */
const SUFFIX = ".search.json";

/** Threads of a search: as many as there are cores but one, which is left to the server and the browser. */
export const defaultWorkers = (): number => Math.max(1, availableParallelism() - 1);

/**
 * Searches that go on until they are done, over restarts of the server. What is asked lies in a file until the search is
 * over, what was found so far in the ledger of its strategy: a server that starts again takes both up, and no finished
 * point is computed twice. Of strategies that come with the program alone: text from elsewhere is run in the browser's
 * workers, or from the command line by whoever has the file.
 */
export class Searches {
  readonly ledgers = new LedgerFiles();
  readonly #options: SearchesOptions;
  readonly #folder: string;
  #isResting = false;

  constructor(options: SearchesOptions) {
    this.#options = options;
    this.#folder = searchesFolder(options.home);
  }

  async start(request: OptimiseRequest): Promise<Job> {
    // Asked here: a name that there is not is no search.
    builtInStrategy(request.strategy);
    const id = crypto.randomUUID();
    await writeWhole(this.#file(id), `${JSON.stringify(request)}\n`);
    return this.#submit(id, request);
  }

  /** Goes on with what was not over when the server ended. */
  async resume(): Promise<Job[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const jobs: Job[] = [];
    for (const name of names.filter((one) => one.endsWith(SUFFIX)).sort()) {
      const request = await this.#read(join(this.#folder, name));
      if (request !== undefined) jobs.push(this.#submit(name.slice(0, -SUFFIX.length), request));
    }
    return jobs;
  }

  /** From now on a search that ends is one that the server's end stopped, and is to go on. */
  rest(): void {
    this.#isResting = true;
  }

  #submit(id: string, request: OptimiseRequest): Job {
    const { home, lakeRoot, runs, jobs, clock } = this.#options;
    const ledger = ledgerOfSearches(home, request.strategy);
    const job = jobs.submit(
      optimiseJob({
        ...{ id, ledgers: this.ledgers, clock },
        input: { lakeRoot, request, ledger, workers: defaultWorkers() },
        keep: (packed) => ({ runId: runs.add(packed, { source: "form", notebook: null }).id }),
      }),
    );
    void jobs.settled(id).then(({ state }) => {
      if (this.#isResting && state === "canceled") return;
      return rm(this.#file(id), { force: true });
    });
    return job;
  }

  /** A file that cannot be read any more, of another version of the program say, is left where it is. */
  async #read(path: string): Promise<OptimiseRequest | undefined> {
    try {
      const request = optimiseRequest.parse(JSON.parse(await readFile(path, "utf8")));
      builtInStrategy(request.strategy);
      return request;
    } catch {
      return undefined;
    }
  }

  #file(id: string): string {
    return join(this.#folder, id + SUFFIX);
  }
}
