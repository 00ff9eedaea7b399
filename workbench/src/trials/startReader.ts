import { type Remote, wrap } from "comlink";
import { carryEngineErrors } from "../workers/throwHandler.ts";
import type { LedgerReader } from "./ledgerReader.ts";

carryEngineErrors();

/** A ledger's reader in a worker of its own, until it is ended. */
export type RunningReader = { reader: Remote<LedgerReader>; end(): void };

export function startReader(): RunningReader {
  const worker = new Worker(new URL("./trials.worker.ts", import.meta.url), {
    type: "module",
    name: "trials",
  });
  return { reader: wrap<LedgerReader>(worker), end: () => worker.terminate() };
}
