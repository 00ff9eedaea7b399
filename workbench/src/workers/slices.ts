import { type Cancel, throwIfCanceled } from "#engine/core/cancel.ts";

/** Runs one macrotask later, so that messages, input and painting get their turn first. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    // Timers are held back to 4 ms once they nest; a message is not.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

export type SliceOptions<P> = {
  /** Longest stretch of work without a pause, milliseconds. */
  budgetMs?: number;
  signal?: Cancel;
  /** Called after each stretch with what the generator yielded last. */
  onPause?: (latest: P) => void;
  pause?: () => Promise<void>;
  now?: () => number;
};

/**
 * Drives a generator to its end in short stretches with pauses between them, so that long work blocks neither the
 * page nor the message that cancels it. Throws `canceled` at the first pause after `signal` was aborted.
 */
export async function inSlices<P, T>(work: Iterator<P, T>, options: SliceOptions<P> = {}): Promise<T> {
  const { budgetMs = 8, signal, onPause, pause = nextTask, now = () => performance.now() } = options;
  for (;;) {
    const until = now() + budgetMs;
    let step = work.next();
    while (!step.done && now() < until) step = work.next();
    if (step.done) return step.value;
    onPause?.(step.value);
    await pause();
    throwIfCanceled(signal);
  }
}
