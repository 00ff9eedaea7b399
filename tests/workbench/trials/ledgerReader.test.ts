import { describe, expect, test } from "vitest";
import { TrialLedger } from "#engine/trials/ledger.ts";
import { deflatedBy, summariseTrials } from "#engine/trials/summary.ts";
import { LedgerReader } from "#workbench/trials/ledgerReader.ts";
import { madeTrials } from "../../engine/trials/madeTrials.ts";

const trials = madeTrials(6, 60);
const lines = new TrialLedger().append(trials, 1000);
const text = (count: number): string =>
  lines
    .slice(0, count)
    .map((line) => `${line}\n`)
    .join("");

describe("a ledger as its page reads it", () => {
  test("says the same after lines that were appended as after the whole file", () => {
    const whole = new LedgerReader();
    const grown = new LedgerReader();
    const state = whole.read(text(6));
    grown.read(text(2));
    expect(grown.take(lines.slice(2))).toEqual(state);
    expect(state).toMatchObject({ trials: 6, waiting: 0, lines: 6, faults: [], cleared: [] });
    expect(grown.summary()).toEqual(whole.summary());
    expect(whole.summary()).toEqual(summariseTrials(trials));
    expect(grown.rows()).toEqual(whole.rows());
  });

  test("counts what is still on its way, once, and lists it without a line", () => {
    const reader = new LedgerReader();
    reader.read(text(4));
    expect(reader.wait([trials[3], trials[4], { ...trials[4] }, trials[5]])).toMatchObject({
      trials: 6,
      waiting: 2,
    });
    const summary = reader.summary();
    expect(summary).toEqual(summariseTrials(trials));
    const rows = reader.rows();
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 0, 0]);
    expect(rows.map(({ name }) => name)).toEqual(trials.map(({ name }) => name));
    for (const [i, row] of rows.entries()) {
      expect(row.annualSharpe).toBeCloseTo(trials[i].sharpe * Math.sqrt(365), 12);
      expect(row.deflated).toBe(deflatedBy(trials[i], summary));
    }
    // What has arrived meanwhile is no longer on its way, though nobody said so yet.
    expect(reader.take([lines[4]])).toMatchObject({ trials: 6, waiting: 1 });
  });

  test("counts none twice that arrived while the list of those on their way is old", () => {
    const reader = new LedgerReader();
    reader.read(text(4));
    reader.wait([trials[4]]);
    reader.take([lines[4]]);
    expect(reader.rows()).toHaveLength(5);
    expect(reader.summary().trials).toBe(5);
  });

  test("tells faults, acts of clearing and how many they cleared", () => {
    const ledger = TrialLedger.read(text(3));
    const cleared = ledger.clear("why not", 2000);
    const reader = new LedgerReader();
    const state = reader.read(`${text(3).replace('"seq":2,', '"seq":9,')}${cleared}\n`);
    expect(state.faults.map(({ kind, line }) => [kind, line])).toContainEqual(["changed", 2]);
    expect(state.cleared).toMatchObject([{ trials: 3, reason: "why not", atMs: 2000 }]);
    expect(reader.summary()).toMatchObject({ trials: 0, cleared: 3, expectedMaximum: 0 });
  });

  test("knows what a search made of its points, whether they are in the file or on their way", () => {
    const search = "a".repeat(64);
    const scored = trials.map((trial, i) => ({
      ...trial,
      parameters: { ...trial.parameters, length: i },
      scored: { search, losses: [i / 3] },
    }));
    const reader = new LedgerReader();
    reader.read(
      new TrialLedger()
        .append(scored.slice(0, 3), 1000)
        .map((line) => `${line}\n`)
        .join(""),
    );
    reader.wait(scored.slice(2));
    expect(reader.scored(search).map(({ losses, parameters }) => [losses, parameters.length])).toEqual(
      scored.map((_, i) => [[i / 3], i]),
    );
    expect(reader.scored("b".repeat(64))).toEqual([]);
  });
});
