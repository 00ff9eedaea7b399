import type { Job } from "../contract.ts";
import { type JobQueue, type JobSpec, resultOf } from "../jobs/queue.ts";
import type { TaskName } from "../jobs/tasks.ts";

/**
 * Runs one job to its end with its progress on stderr, redrawn in place on a terminal. Ctrl-C cancels it and
 * waits until what was being written is whole; a second one does not wait.
 */
export async function runJob<T extends TaskName>(jobs: JobQueue, spec: JobSpec<T>): Promise<unknown> {
  const { id } = jobs.submit(spec);
  const isTerminal = process.stderr.isTTY === true;
  // In a log each piece of work is one line; on a terminal one line shows how far it is.
  if (!isTerminal) console.error(`${spec.title} …`);
  const unsubscribe = jobs.subscribe((job) => {
    if (isTerminal && job.id === id && job.state === "running")
      process.stderr.write(`\r\x1b[K${progressLine(job)}`);
  });
  let interrupted = false;
  const interrupt = (): void => {
    if (interrupted) process.exit(130);
    interrupted = true;
    jobs.cancel(id);
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  try {
    return resultOf(await jobs.settled(id));
  } finally {
    unsubscribe();
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
    if (isTerminal) process.stderr.write("\r\x1b[K");
  }
}

function progressLine({ title, done, total, unit, message, secondsLeft }: Job): string {
  const share = total === null ? "" : ` ${Math.floor((100 * done) / Math.max(1, total))}%`;
  const left = secondsLeft === null ? "" : `, ${Math.ceil(secondsLeft)} s left`;
  const so = total === null && done > 0 ? ` ${done} ${unit}` : "";
  return `${title}: ${message}${share}${so}${left}`;
}
