import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import { join } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import type { Command } from "commander";
import { missingSamples } from "#datasets/samples.ts";
import { EngineError } from "#engine/core/errors.ts";
import { createApp } from "../app.ts";
import { samplesJob } from "../lake/samples.ts";
import { homeFolder, packageRoot, packageVersion } from "../root.ts";
import { openServices, type Services } from "../services.ts";
import { EXIT_HELP } from "./exit.ts";
import { openBrowser } from "./openBrowser.ts";
import { hostName, portNumber } from "./options.ts";

export const DEFAULT_PORT = 8787;

export type ServeOptions = {
  host: string;
  port: number;
  allowHost: string[];
  open: boolean;
  json: boolean;
};

export function serveCommand(program: Command): void {
  program
    .command("serve")
    .description("Serve the workbench and its API on one port of this machine.")
    .option("--port <number>", "port to listen on; 0 takes any free one", portNumber, DEFAULT_PORT)
    .option("--host <name>", "address to listen on", hostName, "127.0.0.1")
    .option("--allow-host <name...>", "further names under which the server may be called", [])
    .option("--open", "open the page in the browser", false)
    .option("--json", "print one JSON object with the address once it listens", false)
    .addHelpText("after", `\nExample:\n  walkforward serve --port 8900 --open\n${EXIT_HELP}`)
    .action(async (options: ServeOptions) => serve(options));
}

/** Listens until a signal asks it to stop. The page opens at once; the sample data are made meanwhile. */
async function serve({ host, port, allowHost, open, json }: ServeOptions): Promise<void> {
  const services = await openServices({ home: homeFolder() });
  let ready = (await missingSamples(services.lake)).length === 0;
  const isReady = (): boolean => ready;
  const running = await listen(services, { host, port, hosts: [host, ...allowHost], isReady }).catch(
    async (failure) => {
      await services.close();
      throw failure;
    },
  );
  if (!isLoopback(host)) {
    console.error(
      `Warning: ${host} can be reached from other machines. Whoever opens this address is given full access, ` +
        "over plain HTTP. Keep to 127.0.0.1 unless you trust everyone on the network.",
    );
  }
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
  if (open) openBrowser(url);
  await stopSignal();
  if (!json) console.error("Stopping …");
  await running.close();
  await services.close();
}

export type Running = { url: string; port: number; token: string; close(): Promise<void> };

/** Starts the app on a port; the token is new with each start unless `WALKFORWARD_TOKEN` gives one. */
export async function listen(
  services: Omit<Services, "close">,
  {
    host,
    port,
    hosts = [],
    isReady = () => true,
  }: { host: string; port: number; hosts?: readonly string[]; isReady?: () => boolean },
): Promise<Running> {
  const token = givenToken() ?? randomBytes(32).toString("base64url");
  const app = createApp({
    ...services,
    version: packageVersion(),
    token,
    hosts,
    isReady,
    staticDir: join(packageRoot(), "build", "workbench"),
    report: (failure) => console.error(failure),
  });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await bound(server, host, port);
  const address = server.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  return {
    url: `http://${name}:${actual}/`,
    port: actual,
    token,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Event streams stay open for ever; what is left of them is cut.
        server.closeAllConnections();
      }),
  };
}

/** A fixed token is for development, where another program (Vite) hands out the page. */
function givenToken(): string | undefined {
  const given = process.env.WALKFORWARD_TOKEN;
  if (given === undefined || given === "") return undefined;
  if (/^[A-Za-z0-9_-]{16,200}$/.test(given)) return given;
  throw new EngineError(
    "serve.bad-token",
    "WALKFORWARD_TOKEN must be 16 to 200 letters, digits, - or _. Unset it to have one made at each start.",
  );
}

async function bound(server: Server, host: string, port: number): Promise<void> {
  try {
    await attempt(server, host, port);
  } catch (failure) {
    const { code } = failure as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      throw new EngineError(
        "serve.port-in-use",
        `Port ${port} of ${host} is in use, perhaps by another Walkforward. ` +
          `Open http://${host}:${port}/ to look, or take any free port with --port 0.`,
        { host, port },
        { cause: failure },
      );
    }
    if (code === "EACCES") {
      throw new EngineError(
        "serve.port-refused",
        `This user may not listen on port ${port}. Take one above 1023.`,
        {
          port,
        },
      );
    }
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
      throw new EngineError("serve.bad-host", `"${host}" is not an address of this machine. Use 127.0.0.1.`, {
        host,
      });
    }
    throw failure;
  }
}

function attempt(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
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
