import { setTimeout as pause } from "node:timers/promises";

/** The time, and waiting for it to pass; a test gives one of its own, so that nothing waits. */
export interface Clock {
  /** UTC milliseconds. */
  now(): number;
  /** Resolves after `ms`, or rejects when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await pause(ms, undefined, signal === undefined ? {} : { signal });
  },
};
