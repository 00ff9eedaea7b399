import type { Job } from "#server/contract.ts";
import type { Health } from "../data/api.ts";
import { api } from "../data/api.ts";
import { lake } from "./lake.svelte.ts";

const RETRY_MS = 2000;
const CHANGES_LAKE: ReadonlySet<Job["kind"]> = new Set(["ingest", "import", "samples"]);

export const isLive = (job: Job): boolean => job.state === "queued" || job.state === "running";

/**
 * The server as seen from here: one event stream tells both how its jobs stand and, by breaking, that it went
 * away. While it is away the stream is asked for again every two seconds.
 */
class ServerState {
  state = $state<"connecting" | "online" | "offline">("connecting");
  health = $state.raw<Health | undefined>(undefined);
  jobs = $state.raw<readonly Job[]>([]);
  readonly live: readonly Job[] = $derived(this.jobs.filter(isLive));
  #onFinished = new Set<(job: Job) => void>();
  #onOnline = new Set<() => void>();

  /** Follows the server until the page goes. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await api.followJobs(
          signal,
          (job) => this.#take(job),
          () => void this.#opened(),
        );
      } catch {
        if (signal.aborted) return;
        this.state = "offline";
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  /** Calls back with each job that ends from now on; returns the way to stop that. */
  onFinished(listener: (job: Job) => void): () => void {
    this.#onFinished.add(listener);
    return () => this.#onFinished.delete(listener);
  }

  /** Calls back when the server is there again after it was away; returns the way to stop that. */
  onOnline(listener: () => void): () => void {
    this.#onOnline.add(listener);
    return () => this.#onOnline.delete(listener);
  }

  /** A job that an answer brought, so that it shows at once and not only with its first event. */
  adopt(job: Job): void {
    if (!this.jobs.some(({ id }) => id === job.id)) this.jobs = [job, ...this.jobs];
  }

  async #opened(): Promise<void> {
    const wasAway = this.state === "offline";
    this.state = "online";
    const [jobs, health] = await Promise.all([api.jobs(), api.health()]);
    this.jobs = jobs;
    this.health = health;
    await lake.refresh();
    if (wasAway) for (const listener of this.#onOnline) listener();
  }

  #take(job: Job): void {
    const before = this.jobs.find(({ id }) => id === job.id);
    this.jobs = before ? this.jobs.map((one) => (one.id === job.id ? job : one)) : [job, ...this.jobs];
    if (isLive(job) || (before !== undefined && !isLive(before))) return;
    if (CHANGES_LAKE.has(job.kind)) void lake.refresh().catch(() => undefined);
    for (const listener of this.#onFinished) listener(job);
  }
}

export const server = new ServerState();
