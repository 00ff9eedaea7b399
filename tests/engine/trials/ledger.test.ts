import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashText } from "#engine/core/hash.ts";
import { trialIdentity } from "#engine/trials/identity.ts";
import { TrialLedger } from "#engine/trials/ledger.ts";
import { readTrial } from "#engine/trials/readTrial.ts";
import { NO_LINE } from "#engine/trials/record.ts";
import type { Trial } from "#engine/trials/trial.ts";
import { madeReturns, madeTrial, madeTrials } from "./madeTrials.ts";

const NOW = Date.UTC(2024, 5, 1);

/** A file of a few trials, with an act of clearing among them, as it stands on the disk. */
function fileOf(count: number, clearAfter = Infinity): string {
  const ledger = new TrialLedger();
  const lines = madeTrials(count, 8).flatMap((trial, i) => [
    ...ledger.append([trial], NOW + i),
    ...(i + 1 === clearAfter ? [ledger.clear("a new idea, and new data for it", NOW + i)] : []),
  ]);
  return lines.map((line) => `${line}\n`).join("");
}

describe("what a search made of its points", () => {
  const scored = { search: hashText("a search"), losses: [-1.25, 0.1], reports: [[1, -0.5] as const] };
  const [first, other] = madeTrials(2, 8);
  const second: Trial = { ...other, parameters: { ...other.parameters, length: 15 } };

  it("is given back as it was put in, to the last bit, with the parameters", () => {
    const failed = { search: scored.search, losses: [], reason: "no trade was made." };
    const lines = new TrialLedger().append(
      [
        { ...first, scored: { ...scored, losses: [0.1 + 0.2, 1 / 3] } },
        { ...second, scored: failed },
      ],
      NOW,
    );
    const read = TrialLedger.read(lines.map((line) => `${line}\n`).join(""));
    expect(read.faults).toEqual([]);
    expect(read.scored(scored.search)).toEqual([
      { ...scored, losses: [0.1 + 0.2, 1 / 3], parameters: first.parameters },
      { ...failed, parameters: second.parameters },
    ]);
    expect(read.scored(hashText("another search"))).toEqual([]);
  });

  it("is written down for a trial that counts already, which counts no more for it", () => {
    const ledger = new TrialLedger();
    ledger.append([first], NOW);
    expect(ledger.append([{ ...first, scored }], NOW)).toHaveLength(1);
    expect(ledger.append([{ ...first, scored }, first], NOW)).toEqual([]);
    expect(ledger.append([{ ...first, scored: { ...scored, search: hashText("b") } }], NOW)).toHaveLength(1);
    expect(ledger.count).toBe(1);
    expect(ledger.scored(scored.search)).toHaveLength(1);
  });

  it("is forgotten when the ledger is cleared, so that a point that no longer counts is computed and counted anew", () => {
    const ledger = new TrialLedger();
    ledger.append([{ ...first, scored }], NOW);
    ledger.clear("other data", NOW);
    expect(ledger.scored(scored.search)).toEqual([]);
    expect(ledger.append([{ ...first, scored }], NOW)).toHaveLength(1);
  });

  it.each([
    [{ ...scored, search: "x" }, /scored\.search/],
    [{ ...scored, losses: [null] }, /scored\.losses.*finite/],
    [{ ...scored, reason: "x".repeat(601) }, /scored\.reason/],
    [{ ...scored, reports: [[1]] }, /scored\.reports/],
    ["good", /scored/],
  ])("is refused where it is %j", (wrong, message) => {
    expect(() => readTrial({ ...first, scored: wrong })).toThrow(message);
  });
});

describe("a trial ledger", () => {
  it("gives back what was put in, figures that are not there among them", () => {
    const trials: Trial[] = [
      madeTrial("Überkauft 日本 \ud83d\ude00", madeReturns(1)),
      madeTrial("flat", [0, 0, 0], { trades: 0, result: null, assumptions: null, kind: "evaluation" }),
      madeTrial("empty", [], { parameters: { __proto__: 1, "": "x", "\u2028": null } }),
    ];
    const written = new TrialLedger();
    const lines = written.append(trials, NOW);
    expect(lines.join("")).toMatch(/^[ -~]*$/);
    const read = TrialLedger.read(lines.map((line) => `${line}\n`).join(""));
    expect(read.faults).toEqual([]);
    expect(read.trials.map(({ seq, atMs, previous, hash, ...trial }) => trial)).toEqual(trials);
    expect(read.records.map(({ seq, previous }) => [seq, previous])).toEqual([
      [1, NO_LINE],
      [2, read.records[0].hash],
      [3, read.records[1].hash],
    ]);
    expect(read.head).toEqual(written.head);
  });

  it("counts the same strategy, parameters, data, span and settings once, whoever asked for them", () => {
    const trial = madeTrial("one", madeReturns(1));
    const ledger = new TrialLedger();
    expect(ledger.append([trial, { ...trial }], NOW)).toHaveLength(1);
    const again: Partial<Trial>[] = [
      { kind: "sweep", result: null },
      { kind: "optimiser", name: "another name", simulated: false },
      { parameters: { mode: "fast", isLong: true, length: 14 } },
    ];
    for (const same of again) expect(ledger.append([{ ...trial, ...same }], NOW + 1)).toEqual([]);
    const others: Partial<Trial>[] = [
      { kind: "evaluation" },
      { strategy: hashText("other") },
      { parameters: { ...trial.parameters, length: 15 } },
      { parameters: { ...trial.parameters, length: "14" } },
      { data: hashText("other") },
      { startMs: trial.startMs + 1 },
      { endMs: trial.endMs + 1 },
      { settings: { ...trial.settings, seed: 2 } },
      { assumptions: hashText("other") },
      { assumptions: null },
    ];
    for (const other of others) expect(ledger.append([{ ...trial, ...other }], NOW)).toHaveLength(1);
    expect(ledger.count).toBe(1 + others.length);
    expect(new Set(ledger.trials.map(trialIdentity)).size).toBe(1 + others.length);
  });

  it("counts a trial once that was read twice from a file", () => {
    const trial = madeTrial("one", madeReturns(1));
    const first = new TrialLedger();
    first.append([trial], NOW);
    const lines = new TrialLedger().append([trial], NOW);
    const read = TrialLedger.read([...lines, ...lines].map((line) => `${line}\n`).join(""));
    expect(read.count).toBe(1);
    expect(read.faults.map(({ kind, line }) => [kind, line])).toEqual([["unlinked", 2]]);
  });

  it("goes on from a file that was read as if it had never been closed", () => {
    const trials = madeTrials(7, 5);
    const whole = new TrialLedger().append(trials, NOW);
    const begun = new TrialLedger().append(trials.slice(0, 4), NOW);
    const on = TrialLedger.read(begun.map((line) => `${line}\n`).join("")).append(trials, NOW);
    expect([...begun, ...on]).toEqual(whole);
  });

  it("clears by a line that says how many were counted and why, and then counts the same trial anew", () => {
    const ledger = TrialLedger.read(fileOf(3));
    ledger.clear("  a new idea  ", NOW + 9);
    expect(ledger.count).toBe(0);
    expect(ledger.cleared).toMatchObject([{ seq: 4, atMs: NOW + 9, trials: 3, reason: "a new idea" }]);
    expect(ledger.append([madeTrials(1, 8)[0]], NOW)).toHaveLength(1);
    expect(ledger.count).toBe(1);
    expect(ledger.records).toHaveLength(5);
  });

  it("is not cleared without a reason", () => {
    const ledger = new TrialLedger();
    for (const reason of ["", "  \n", "x".repeat(501)])
      expect(() => ledger.clear(reason, NOW)).toThrow(expect.objectContaining({ code: "trials.no-reason" }));
    expect(ledger.records).toEqual([]);
  });

  it("holds every head that it had, and no other", () => {
    const ledger = new TrialLedger();
    const heads = [ledger.head];
    for (const trial of madeTrials(4)) {
      ledger.append([trial], NOW);
      heads.push(ledger.head);
    }
    for (const head of heads) expect(ledger.holds(head)).toBe(true);
    const shorter = TrialLedger.read(fileOf(2));
    expect(shorter.holds(heads[4])).toBe(false);
    expect(ledger.holds({ seq: 2, hash: heads[3].hash })).toBe(false);
  });
});

describe("a ledger that was tampered with", () => {
  const text = fileOf(4, 2);
  const lines = text.slice(0, -1).split("\n");
  const lineOf = (at: number): number => text.slice(0, at).split("\n").length;

  it("is found out by any byte that was changed, at its line or the next", () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        fc.pre(text.charCodeAt(at) !== byte);
        const bytes = new TextEncoder().encode(text);
        bytes[at] = byte;
        const { faults } = TrialLedger.read(new TextDecoder().decode(bytes));
        expect(faults.length).toBeGreaterThan(0);
        expect([lineOf(at), lineOf(at) + 1]).toContain(faults[0].line);
      }),
      { numRuns: 3000 },
    );
  });

  it("is found out by any byte that was put in or taken out", () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom("", " ", "\n", "0", '"', "}"), (at, put) => {
        const changed =
          put === "" ? text.slice(0, at) + text.slice(at + 1) : text.slice(0, at) + put + text.slice(at);
        // A character doubled beside itself, or one of two alike taken out, may leave another line the one at fault.
        expect(TrialLedger.read(changed).faults.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });

  const fault = (changed: readonly string[]) => {
    const { faults } = TrialLedger.read(changed.map((line) => `${line}\n`).join(""));
    return faults.map(({ kind, line }) => [kind, line]);
  };

  it("tells a line that was taken out, moved or put in twice from one whose words were changed", () => {
    expect(fault(lines)).toEqual([]);
    expect(fault(lines.toSpliced(1, 1))).toEqual([
      ["unlinked", 2],
      ["miscounted", 2],
    ]);
    expect(fault([lines[0], lines[1], lines[3], lines[2], lines[4]])).toMatchObject([
      ["unlinked", 3],
      ["unlinked", 4],
      ["miscounted", 4],
      ["unlinked", 5],
    ]);
    expect(fault(lines.toSpliced(2, 0, lines[1]))).toEqual([["unlinked", 3]]);
    expect(fault(lines.with(1, lines[1].replace('"trades":8', '"trades":9')))).toEqual([["changed", 2]]);
    expect(fault(lines.with(3, lines[3].slice(0, -9)))).toEqual([
      ["unreadable", 4],
      ["unlinked", 5],
    ]);
    expect(fault(["hello", ...lines])).toEqual([["unreadable", 1]]);
  });

  it("is found out at the next line when the changed line was given the hash of its new words", () => {
    const forged = new TrialLedger();
    forged.append([madeTrials(1, 8)[0]], NOW);
    const [line] = forged.append([{ ...madeTrials(2, 8)[1], trades: 999 }], NOW + 1);
    expect(fault(lines.with(1, line))).toEqual([["unlinked", 3]]);
  });

  it("says of an end that was cut short that it is", () => {
    expect(TrialLedger.read(text.slice(0, -1)).faults).toMatchObject([{ kind: "unended", line: 5 }]);
    expect(TrialLedger.read(text.slice(0, -40)).faults.map(({ kind }) => kind)).toEqual([
      "unreadable",
      "unended",
    ]);
  });

  it("goes on being a ledger, whose new lines follow on what is there", () => {
    const broken = TrialLedger.read(
      lines
        .with(0, "{}")
        .map((line) => `${line}\n`)
        .join(""),
    );
    const before = broken.faults.length;
    const added = broken.append(madeTrials(9, 8).slice(7), NOW);
    expect(added).toHaveLength(2);
    const whole = [...lines.with(0, "{}"), ...added].map((line) => `${line}\n`).join("");
    expect(TrialLedger.read(whole).faults).toHaveLength(before);
  });
});
