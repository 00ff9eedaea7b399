import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import { join } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import { EngineError } from "#engine/core/errors.ts";
import { type AppDeps, createApp } from "../app.ts";
import { packageRoot, packageVersion } from "../root.ts";
import type { Services } from "../services.ts";

export type Running = { url: string; port: number; token: string; close(): Promise<void> };

/** Starts the app on a port; the token is new with each start unless `WALKFORWARD_TOKEN` gives one. */
export async function listen(
  services: Omit<Services, "close">,
  {
    host,
    port,
    hosts = [],
    exchangeSettings = {},
    isReady = () => true,
  }: { host: string; port: number } & Partial<Pick<AppDeps, "hosts" | "exchangeSettings" | "isReady">>,
): Promise<Running> {
  const token = givenToken() ?? randomBytes(32).toString("base64url");
  const app = createApp({
    ...services,
    version: packageVersion(),
    token,
    hosts,
    exchangeSettings,
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

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
