import { rm } from "node:fs/promises";
import { join } from "node:path";
import { missingSamples } from "#datasets/samples.ts";
import { EngineError } from "#engine/core/errors.ts";
import { samplesJob } from "../lake/samples.ts";
import { homeFolder } from "../root.ts";
import { openServices } from "../services.ts";
import { isLoopback, listen } from "./listen.ts";
import { openBrowser } from "./openBrowser.ts";
import type { ServeOptions } from "./serve.ts";

/** Listens until a signal asks it to stop. The page opens at once; the sample data are made meanwhile. */
export async function serveAction(options: ServeOptions): Promise<void> {
  const { host, port, allowHost, exchangeSettings = {}, open, json } = options;
  const services = await openServices({ home: homeFolder() });
  let ready = (await missingSamples(services.lake)).length === 0;
  const isReady = (): boolean => ready;
  const running = await listen(services, {
    host,
    port,
    hosts: [host, ...allowHost],
    exchangeSettings,
    isReady,
  }).catch(async (failure) => {
    await services.close();
    throw failure;
  });
  if (!isLoopback(host)) {
    console.error(
      `Warning: ${host} can be reached from other machines. Whoever opens this address is given full access, ` +
        "over plain HTTP. Keep to 127.0.0.1 unless you trust everyone on the network.",
    );
  }
  // What a crash left of an upload; this server has the port now, and has taken none yet.
  await rm(join(services.home, "uploads"), { recursive: true, force: true });
  const { url } = running;
  if (json) console.log(JSON.stringify({ url, home: services.home, pid: process.pid }));
  else console.log(`Walkforward is at ${url}\n  data in ${services.home}\n  Ctrl-C stops it`);
  if (!ready) {
    const { jobs, lake } = services;
    const { id } = jobs.submit(samplesJob(lake.root));
    void jobs.settled(id).then(({ state }) => {
      ready = state === "done";
    });
  }
  void services.searches.resume().catch((failure: Error) => console.error(failure.message));
  // What crashed writes left; a lake that is being written is cleared at another start.
  void services.lake.collectGarbage().catch((failure: Error) => {
    if (!(failure instanceof EngineError) || failure.code !== "lake.locked") console.error(failure.message);
  });
  if (open) openBrowser(url);
  await stopSignal();
  if (!json) console.error("Stopping …");
  await running.close();
  await services.close();
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        // The second time means now.
        if (asked) process.exit(130);
        asked = true;
        resolve();
      });
    }
  });
}
