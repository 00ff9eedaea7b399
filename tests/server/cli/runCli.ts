import { spawn } from "node:child_process";
import { join } from "node:path";
import { vi } from "vitest";
import { main } from "#server/cli/program.ts";

const ROOT = join(import.meta.dirname, "../../..");

export type CliResult = { code: number | null; stdout: string; stderr: string };

export type CliRun = {
  result: Promise<CliResult>;
  /** Resolves with the standard output as soon as it matches. */
  printed: (pattern: RegExp) => Promise<string>;
  signal: (name: NodeJS.Signals) => void;
};

/** The command line as a person runs it: a process of its own, over the given home. */
export function startCli(args: readonly string[], home: string, env: Record<string, string> = {}): CliRun {
  const child = spawn(process.execPath, ["--import", "tsx", join(ROOT, "server/main.ts"), ...args], {
    cwd: ROOT,
    env: { ...process.env, WALKFORWARD_HOME: home, WALKFORWARD_TOKEN: "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  const waiting = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
      for (const look of waiting) look();
    });
  }
  const result = new Promise<CliResult>((resolve) => {
    child.on("close", (code) => resolve({ code, ...texts }));
  });
  return {
    result,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (pattern.test(texts.stdout)) resolve(texts.stdout);
        };
        waiting.add(look);
        look();
        void result.then(({ stderr }) =>
          reject(new Error(`It ended without printing ${pattern}: ${stderr}`)),
        );
      }),
    signal: (name) => child.kill(name),
  };
}

/** The same command inside this process: quicker, for what only depends on what is typed. */
export async function cliHere(
  args: readonly string[],
  home: string,
  env: Record<string, string> = {},
): Promise<CliResult> {
  const texts = { stdout: "", stderr: "" };
  const print = (name: keyof typeof texts) => (text: unknown) => {
    texts[name] += `${String(text)}\n`;
    return true;
  };
  const before = { ...process.env };
  Object.assign(process.env, { WALKFORWARD_HOME: home, WALKFORWARD_TOKEN: "" }, env);
  const spies = [
    vi.spyOn(console, "log").mockImplementation(print("stdout")),
    vi.spyOn(console, "error").mockImplementation(print("stderr")),
    // Where commander prints help and wrong usage.
    vi.spyOn(process.stdout, "write").mockImplementation(print("stdout")),
    vi.spyOn(process.stderr, "write").mockImplementation(print("stderr")),
  ];
  try {
    return { code: await main(args), ...texts };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.env = before;
    process.exitCode = undefined;
  }
}

export function cli(
  args: readonly string[],
  home: string,
  env: Record<string, string> = {},
): Promise<CliResult> {
  return startCli(args, home, env).result;
}
