import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, createApp } from "#server/app.ts";
import { createLocalQueue, type LocalQueueOptions } from "#server/jobs/localQueue.ts";
import type { JobQueue } from "#server/jobs/queue.ts";
import { type Lake, openLake } from "#server/lake/lake.ts";
import { NotebookStore } from "#server/notebooks/store.ts";
import { RunStore } from "#server/runs/runStore.ts";
import { Searches } from "#server/searches/searches.ts";
import { type Database, openDatabase } from "#server/store/database.ts";

export const TOKEN = "a-token-for-tests-0123456789";
const HOST = "127.0.0.1:8787";

export const NOTEBOOK = `<!doctype html>
<notebook theme="air">
  <title>First steps</title>
  <script id="1" type="text/markdown">
    # First steps
  </script>
</notebook>
`;

export type TestApp = {
  home: string;
  lake: Lake;
  runs: RunStore;
  notebooks: NotebookStore;
  jobs: JobQueue;
  searches: Searches;
  database: Database;
  /** What the app reported as its own defects. */
  reported: unknown[];
  /** The app's own way in, and its routes. */
  request: App["request"];
  routes: App["routes"];
  /** Calls like the shell's page does; headers can be replaced or, by null, left out. */
  call(
    path: string,
    init?: { method?: string; body?: unknown; headers?: Record<string, string | null> },
  ): Promise<Response>;
  close(): Promise<void>;
};

/** The app over a fresh home, with one sample called "tour" and a built workbench of a few bytes. */
export async function openTestApp({
  clock = () => Date.UTC(2024, 0, 1),
  queue = {},
}: {
  clock?: () => number;
  queue?: LocalQueueOptions;
} = {}): Promise<TestApp> {
  const home = await mkdtemp(join(tmpdir(), "walkforward-test-"));
  const samples = join(home, "samples");
  const staticDir = join(home, "static");
  await mkdir(samples);
  await mkdir(join(staticDir, "assets"), { recursive: true });
  await writeFile(join(samples, "tour.html"), NOTEBOOK.replaceAll("First steps", "The tour"));
  await writeFile(join(staticDir, "index.html"), INDEX);
  await writeFile(join(staticDir, "frame.html"), "<!doctype html><title>Notebook</title>");
  await writeFile(join(staticDir, "compute.html"), "<!doctype html><title>Compute workers</title>");
  await writeFile(join(staticDir, "assets", "app-1234.js"), "export default 1;");
  const database = openDatabase(join(home, "walkforward.db"));
  const jobs = createLocalQueue(queue);
  const lake = openLake(join(home, "lake"));
  const runs = new RunStore(database, { clock });
  const services = {
    ...{ home, staticDir, token: TOKEN, version: "0.0.0", isReady: () => true },
    hosts: ["desk.example"],
    lake,
    notebooks: new NotebookStore({ home, samples, clock }),
    runs,
    jobs,
    searches: new Searches({ home, lakeRoot: lake.root, runs, jobs, clock }),
  };
  const reported: unknown[] = [];
  const app = createApp({ ...services, report: (failure) => reported.push(failure) });
  return {
    ...{ ...services, database, reported },
    ...{ request: app.request, routes: app.routes },
    async call(path, { method, body, headers = {} } = {}) {
      const all = new Headers({ host: HOST, "x-walkforward-token": TOKEN });
      for (const [name, value] of Object.entries(headers)) {
        if (value === null) all.delete(name);
        else all.set(name, value);
      }
      const text = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
      return app.request(`http://${HOST}${path}`, {
        method: method ?? (body === undefined ? "GET" : "POST"),
        headers: all,
        ...(text === undefined ? {} : { body: text }),
      });
    },
    async close() {
      await jobs.close();
      database.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

const INDEX = `<!doctype html><html><head><meta name="walkforward-token" content=""><title>W</title></head></html>`;
