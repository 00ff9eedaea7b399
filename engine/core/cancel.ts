import { EngineError } from "./errors.ts";

/** What long work looks at to learn that nobody wants its answer any more; an `AbortSignal` fits it. */
export type Cancel = { readonly aborted: boolean };

/** Throws `canceled` when the work is no longer wanted. */
export function throwIfCanceled(cancel: Cancel | undefined): void {
  if (cancel?.aborted)
    throw new EngineError("canceled", "Canceled before it finished. Run it again to get a result.");
}
