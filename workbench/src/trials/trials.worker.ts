import { expose } from "comlink";
import { requireWorker } from "../workers/requireWorker.ts";
import { carryEngineErrors } from "../workers/throwHandler.ts";
import { LedgerReader } from "./ledgerReader.ts";

requireWorker();
carryEngineErrors();
expose(new LedgerReader());
