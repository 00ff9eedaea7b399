import { closeDoors } from "../frame/hygiene.ts";
import { receivePorts } from "../frame/port.ts";
import type { SpawnRequest } from "../workers/remoteWorker.ts";
import { spawnInSandbox } from "../workers/spawn.ts";
import { Workshop } from "./workshop.ts";

/**
 * The page of the compute workers: a sandboxed frame like the notebook's, beside it, in which no code of a notebook
 * runs. The notebook has its work done through one port; what was tried is told to the shell through another, which the
 * notebook cannot reach. So a notebook adds to the ledger of its trials by trying things, and by nothing else.
 */
if (location.pathname !== "/compute.html")
  throw new Error("This file works in its own page, not in another.");
closeDoors(globalThis as unknown as Record<string, unknown>);

const [shell, notebook] = await receivePorts();
const workshop = new Workshop(spawnInSandbox(new URL(import.meta.url).origin), (trials) =>
  shell.postMessage(null, [trials]),
);
notebook.onmessage = ({ data }: MessageEvent<SpawnRequest>) => workshop.spawn(data);
