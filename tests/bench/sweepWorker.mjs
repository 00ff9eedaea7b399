// Worker threads do not inherit the loader that knows TypeScript.
import { parentPort, workerData } from "node:worker_threads";
import { register } from "tsx/esm/api";

register();
const { sweepShare } = await import("./sweep.ts");
parentPort.on("message", () => parentPort.postMessage(sweepShare(workerData)));
parentPort.postMessage("ready");
