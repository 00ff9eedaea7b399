import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { TrialLedger } from "#engine/trials/ledger.ts";
import type { Trial } from "#engine/trials/trial.ts";
import { type AppendStep, LedgerFiles, ledgerBeside } from "#server/trials/ledgerFile.ts";
import { madeTrials } from "../../engine/trials/madeTrials.ts";

const NOW = Date.UTC(2024, 0, 1);
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "walkforward-test-"));
  path = join(folder, "my.trials.jsonl");
  return () => rm(folder, { recursive: true });
});

const add = (trials: readonly Trial[], files = new LedgerFiles()): Promise<void> =>
  files.change(path, (ledger) => ledger.append(trials, NOW));
const stored = async (): Promise<TrialLedger> => TrialLedger.read(await readFile(path, "utf8"));

describe("a ledger's file", () => {
  it("lies beside its notebook under the notebook's name", () => {
    expect(ledgerBeside("/a/b.c/my notebook.html")).toBe("/a/b.c/my notebook.trials.jsonl");
    expect(ledgerBeside("x.HTM")).toBe("x.trials.jsonl");
  });

  it("only grows: what was written stays as it is, byte for byte", async () => {
    const files = new LedgerFiles();
    let before = "";
    for (const trial of madeTrials(5)) {
      await add([trial], files);
      const now = await readFile(path, "utf8");
      expect(now.startsWith(before)).toBe(true);
      expect(now.length).toBeGreaterThan(before.length);
      before = now;
    }
    await add(madeTrials(5), files);
    expect(await readFile(path, "utf8")).toBe(before);
    expect((await stored()).faults).toEqual([]);
  });

  it("is one chain in which each trial stands once, however many append at the same time", async () => {
    const trials = madeTrials(24, 10);
    const programs = Array.from({ length: 6 }, () => new LedgerFiles());
    // Each trial comes from two programs.
    await Promise.all(trials.flatMap((trial, i) => [0, 1].map((k) => add([trial], programs[(i + k) % 6]))));
    const ledger = await stored();
    expect(ledger.faults).toEqual([]);
    expect(ledger.records).toHaveLength(24);
    expect(ledger.trials.map(({ name }) => name).sort()).toEqual(trials.map(({ name }) => name).sort());
    expect(await readdir(folder)).toEqual(["my.trials.jsonl"]);
  });

  it("is read anew when another program wrote to it", async () => {
    const mine = new LedgerFiles();
    const [a, b, c] = madeTrials(3);
    await add([a], mine);
    await add([b], new LedgerFiles());
    await add([b, c], mine);
    expect((await stored()).trials.map(({ name }) => name)).toEqual(["trial 0", "trial 1", "trial 2"]);
  });

  it("is as it was when an append fails halfway, and takes the same trials afterwards", async () => {
    const full: AppendStep = async (handle, text) => {
      await handle.appendFile(text.slice(0, text.length / 2), "utf8");
      throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    };
    const [a, b] = madeTrials(2);
    await add([a]);
    const before = await readFile(path, "utf8");
    const files = new LedgerFiles({ append: full });
    await expect(add([b], files)).rejects.toMatchObject({ code: "store.disk-full" });
    expect(await readFile(path, "utf8")).toBe(before);
    await add([b]);
    expect((await stored()).count).toBe(2);
    expect((await stored()).faults).toEqual([]);
  });

  it("loses the beginning of a line that a crash left, which nobody was told is in it", async () => {
    const [a, b] = madeTrials(2);
    await add([a]);
    const whole = await readFile(path, "utf8");
    await add([b]);
    const second = (await readFile(path, "utf8")).slice(whole.length);
    for (const length of [1, 5, 10, 40, second.length - 2]) {
      await writeFile(path, whole + second.slice(0, length));
      await add([b]);
      expect(await readFile(path, "utf8")).toBe(whole + second);
    }
  });

  it("keeps the last line of which only the end is missing", async () => {
    const [a, b, c] = madeTrials(3);
    await add([a, b]);
    await writeFile(path, (await readFile(path, "utf8")).slice(0, -1));
    await add([c]);
    expect((await stored()).faults).toEqual([]);
    expect((await stored()).count).toBe(3);
  });

  it("keeps what somebody else wrote behind it, as a fault", async () => {
    const [a, b] = madeTrials(2);
    await add([a]);
    await appendFile(path, "hello");
    await add([b]);
    const ledger = await stored();
    expect(ledger.faults.map(({ kind, line }) => [kind, line])).toEqual([["unreadable", 2]]);
    expect(ledger.count).toBe(2);
  });

  it("that is being written for long is an error that names who writes", async () => {
    const holder = {
      token: "x",
      pid: process.ppid,
      host: hostname(),
      sinceMs: Date.now(),
    };
    await writeFile(join(folder, ".my.trials.jsonl.lock"), JSON.stringify(holder));
    await expect(add(madeTrials(1), new LedgerFiles({ waitMs: 0 }))).rejects.toMatchObject({
      code: "trials.busy",
      message: expect.stringContaining(String(process.ppid)),
    });
  });
});
