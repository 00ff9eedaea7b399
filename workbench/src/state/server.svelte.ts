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
  /** Jobs that events told of since the stream was opened: newer than a list that was asked for meanwhile. */
  readonly #heard = new Map<string, Job>();
  #meet: () => void = () => undefined;
  /** Resolves when the server was first asked how it is. */
  readonly #met = new Promise<void>((resolve) => {
    this.#meet = resolve;
  });
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

  /** Resolves when the first start's sample data are in the lake, or will not be: at once on every later start. */
  async samplesMade(): Promise<void> {
    await this.#met;
    if (this.health?.ready) return;
    const known = this.jobs.find(({ kind }) => kind === "samples");
    if (known === undefined || isLive(known)) {
      await new Promise<void>((resolve) => {
        const stop = this.onFinished(({ kind }) => {
          if (kind !== "samples") return;
          stop();
          resolve();
        });
      });
    }
    await lake.refresh();
    if (this.health !== undefined) this.health = { ...this.health, ready: true };
  }

  /** A job that an answer brought, so that it shows at once and not only with its first event. */
  adopt(job: Job): void {
    if (!this.jobs.some(({ id }) => id === job.id)) this.jobs = [job, ...this.jobs];
  }

  async #opened(): Promise<void> {
    const wasAway = this.state === "offline";
    this.state = "online";
    this.#heard.clear();
    const [jobs, health] = await Promise.all([api.jobs(), api.health()]);
    const unlisted = [...this.#heard.values()].filter(({ id }) => jobs.every((job) => job.id !== id));
    this.jobs = [...unlisted, ...jobs.map((job) => this.#heard.get(job.id) ?? job)];
    this.health = health;
    this.#meet();
    await lake.refresh();
    if (wasAway) for (const listener of this.#onOnline) listener();
  }

  #take(job: Job): void {
    this.#heard.set(job.id, job);
    const before = this.jobs.find(({ id }) => id === job.id);
    this.jobs = before ? this.jobs.map((one) => (one.id === job.id ? job : one)) : [job, ...this.jobs];
    if (isLive(job) || (before !== undefined && !isLive(before))) return;
    if (CHANGES_LAKE.has(job.kind)) void lake.refresh().catch(() => undefined);
    for (const listener of this.#onFinished) listener(job);
  }
}

export const server = new ServerState();
