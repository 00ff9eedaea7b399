import { throwIfCanceled } from "#engine/core/cancel.ts";
import { EngineError } from "#engine/core/errors.ts";
import type { Clock } from "./clock.ts";
import { ExchangeTrouble } from "./exchange.ts";

const ATTEMPTS = 8;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/** A request that failed and will be tried again. */
export type Retry = { attempt: number; waitMs: number; reason: string };

/**
 * Runs a request until it succeeds: after trouble that may pass it waits 1, 2, 4 … 60 seconds, or as long as the
 * exchange asks, and gives up after eight attempts. Other errors pass at once.
 */
export async function withRetries<T>(
  request: () => Promise<T>,
  {
    clock,
    signal,
    onRetry,
  }: { clock: Clock; signal?: AbortSignal | undefined; onRetry?: ((retry: Retry) => void) | undefined },
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    throwIfCanceled(signal);
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof ExchangeTrouble)) throw error;
      if (attempt === ATTEMPTS) {
        throw new EngineError(
          "exchange.unavailable",
          `${error.message}. Tried ${ATTEMPTS} times without success; what was fetched before is stored. Run the same command again later to go on.`,
          { attempts: ATTEMPTS, kind: error.kind },
          { cause: error },
        );
      }
      const waitMs = error.retryAfterMs ?? Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
      onRetry?.({ attempt, waitMs, reason: error.message });
      await sleep(clock, waitMs, signal);
    }
  }
}

async function sleep(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    throwIfCanceled(signal);
    throw error;
  }
}
