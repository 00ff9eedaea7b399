import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { parseWire } from "#engine/core/wireJson.ts";
import { TrialLedger } from "#engine/trials/ledger.ts";
import { deflatedBy, summariseTrials } from "#engine/trials/summary.ts";
import { madeTrials } from "../../engine/trials/madeTrials.ts";
import { NOTEBOOK } from "../testApp.ts";
import { cliHere } from "./runCli.ts";

const NOW = Date.UTC(2024, 5, 1, 12);
const trials = madeTrials(12, 90);
let home: string;
let file: string;
let text: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "walkforward-cli-"));
  file = join(home, "mine.html");
  const ledger = new TrialLedger();
  const lines = [
    ...ledger.append(trials.slice(0, 2), NOW),
    ledger.clear("a new idea", NOW),
    ...ledger.append(trials, NOW),
  ];
  text = lines.map((line) => `${line}\n`).join("");
  await writeFile(file, NOTEBOOK);
  await writeFile(join(home, "mine.trials.jsonl"), text);
  return () => rm(home, { recursive: true, force: true });
});

describe("walkforward trials", () => {
  it("shows the ledger beside a notebook: how many, what luck alone would show, the best first", async () => {
    const { code, stdout } = await cliHere(["trials", file, "--trials", "3"], home);
    expect(code).toBe(0);
    const summary = summariseTrials(trials, 2);
    expect(stdout).toContain(
      `${join(home, "mine.trials.jsonl")}\n12 trials, ${summary.independent} different bets\n`,
    );
    const luck = (summary.expectedMaximum * Math.sqrt(365)).toFixed(2);
    expect(stdout).toContain(`The best of so many shows a Sharpe ratio of ${luck} a year by luck alone.`);
    expect(stdout).toContain(`chain of 15 lines verified, ends in ${TrialLedger.read(text).head.hash}`);
    expect(stdout).toContain("cleared 2 trials at 2024-06-01 12:00 UTC: a new idea");
    const best = trials.toSorted((a, b) => b.sharpe - a.sharpe).slice(0, 3);
    const listed = stdout.split("The best 3 of 12\n")[1].trimEnd().split("\n").slice(2);
    expect(listed).toHaveLength(3);
    for (const [i, trial] of best.entries()) {
      expect(listed[i]).toContain(` ${trial.name} `);
      expect(listed[i]).toContain((trial.sharpe * Math.sqrt(365)).toFixed(2));
      expect(listed[i]).toContain(deflatedBy(trial, summary).toFixed(2));
      expect(listed[i]).toContain("length=14 isLong=true mode=fast");
    }
  });

  it("gives the same as JSON, and finds the ledger by its own file or by a notebook's name", async () => {
    await mkdir(join(home, "notebooks"));
    await writeFile(join(home, "notebooks/kept.html"), NOTEBOOK);
    await writeFile(join(home, "notebooks/kept.trials.jsonl"), text);
    for (const name of [file, join(home, "mine.trials.jsonl"), "kept"]) {
      const { code, stdout } = await cliHere(["trials", name, "--json"], home);
      expect(code).toBe(0);
      const answer = parseWire(stdout) as { summary: unknown; trials: unknown[] };
      expect(answer).toMatchObject({ lines: 15, verified: true, faults: [], holds: null });
      expect(answer.summary).toEqual(summariseTrials(trials, 2));
      expect(answer.trials[0]).toMatchObject({ seq: 4, name: "trial 0", trades: 90, atMs: NOW });
    }
  });

  it("says of a notebook that tried nothing that it did not", async () => {
    await rm(join(home, "mine.trials.jsonl"));
    const { code, stdout } = await cliHere(["trials", file], home);
    expect([code, stdout]).toEqual([
      0,
      `${join(home, "mine.trials.jsonl")}\n0 trials\nnothing was tried yet\n`,
    ]);
    expect(await cliHere(["trials", file, "--verify"], home)).toMatchObject({ code: 0 });
  });

  it("fails where a line was changed, and says which and how, without touching the file", async () => {
    const changed = text.replace('"seq":5,', '"seq":6,');
    await writeFile(join(home, "mine.trials.jsonl"), changed);
    const { code, stdout } = await cliHere(["trials", file, "--verify"], home);
    expect(code).toBe(1);
    expect(stdout).toContain(
      "The chain is broken.\n- Line 5: its words do not have the hash that it carries",
    );
    expect((await cliHere(["trials", file], home)).code).toBe(1);
    const json = await cliHere(["trials", file, "--verify", "--json"], home);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      verified: false,
      faults: [{ kind: "changed", line: 5 }, { kind: "misnumbered", line: 5 }, { line: 6 }],
    });
    expect(await readFile(join(home, "mine.trials.jsonl"), "utf8")).toBe(changed);
  });

  it("tells by a hash that was noted that the end was cut off, which no chain can show", async () => {
    const { hash } = TrialLedger.read(text).head;
    expect(await cliHere(["trials", file, "--verify", "--holds", hash.slice(0, 12)], home)).toMatchObject({
      code: 0,
    });
    const cut = `${text.trimEnd().split("\n").slice(0, -1).join("\n")}\n`;
    await writeFile(join(home, "mine.trials.jsonl"), cut);
    expect(await cliHere(["trials", file, "--verify"], home)).toMatchObject({ code: 0 });
    const { code, stdout } = await cliHere(["trials", file, "--verify", "--holds", hash], home);
    expect(code).toBe(1);
    expect(stdout).toContain(`no line has the hash ${hash}`);
  });

  it("refuses what is not there and what is no hash", async () => {
    expect(await cliHere(["trials", "nobody"], home)).toMatchObject({ code: 3 });
    expect(await cliHere(["trials", file, "--holds", "xyz"], home)).toMatchObject({ code: 2 });
    expect(await cliHere(["trials"], home)).toMatchObject({ code: 2 });
  });
});
