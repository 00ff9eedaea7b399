import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { Job } from "../contract.ts";
import type { JobQueue } from "../jobs/queue.ts";

/** A quiet stream is cut by proxies and tells nobody that the server is gone. */
const HEARTBEAT_MS = 15_000;

export function jobRoutes({ jobs }: { jobs: JobQueue }) {
  return new Hono()
    .get("/", (c) => c.json(jobs.list()))
    .get("/events", (c) =>
      streamSSE(c, async (stream) => {
        // What changed while the last events were on their way: of each job only its latest state matters.
        const waiting = new Map<string, Job>();
        let wake: () => void = () => undefined;
        const unsubscribe = jobs.subscribe((job) => {
          waiting.set(job.id, job);
          wake();
        });
        for (const job of jobs.list().reverse()) waiting.set(job.id, job);
        stream.onAbort(() => {
          unsubscribe();
          wake();
        });
        try {
          while (!stream.aborted && !stream.closed) {
            for (const job of waiting.values()) {
              waiting.delete(job.id);
              await stream.writeSSE({ event: "job", id: job.id, data: JSON.stringify(job) });
            }
            if (waiting.size > 0) continue;
            const isQuiet = await quietFor(HEARTBEAT_MS, (woken) => {
              wake = woken;
            });
            if (isQuiet && !stream.aborted) await stream.writeSSE({ event: "alive", data: "" });
          }
        } finally {
          unsubscribe();
        }
      }),
    )
    .get("/:id", (c) => c.json(jobs.get(c.req.param("id"))))
    .post("/:id/cancel", (c) => c.json(jobs.cancel(c.req.param("id"))));
}

/** True when nobody called what `listen` was given within the time. */
function quietFor(milliseconds: number, listen: (wake: () => void) => void): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), milliseconds);
    timer.unref();
    listen(() => {
      clearTimeout(timer);
      resolve(false);
    });
  });
}
