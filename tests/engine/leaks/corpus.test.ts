import { describe, expect, it } from "vitest";
import { leakProbe } from "#engine/leaks/probe.ts";
import { wilsonInterval } from "#engine/metrics/wilson.ts";
import type { Case } from "../../corpus/case.ts";
import { clean } from "../../corpus/clean/index.ts";
import { leaks } from "../../corpus/leaks/index.ts";
import { corpusMarkets } from "../../corpus/markets.ts";

const SEED = 2024;
const input = corpusMarkets(SEED, 2400);
/** Hundreds of probes: seconds on a machine that has nothing else to do. */
const PATIENCE = { timeout: 900_000 };

function verdicts(cases: readonly Case[]): { name: string; verdict: string; cuts: number }[] {
  return cases.map(({ name, create }) => {
    const { verdict, cuts } = leakProbe({ create }, input, { seed: SEED, attribute: false });
    return { name, verdict, cuts };
  });
}

describe("the planted corpus", () => {
  it("has at least forty ways to leak and forty that look like it, each under its own name", () => {
    const names = [...leaks, ...clean].map(({ name }) => name);
    expect(leaks.length).toBeGreaterThanOrEqual(40);
    expect(clean.length).toBeGreaterThanOrEqual(40);
    expect(new Set(names).size).toBe(names.length);
  });

  it("shows that the probe finds at least 95 % of the leaks at fifty cuts and more", PATIENCE, () => {
    const all = verdicts(leaks);
    const missed = all.filter(({ verdict }) => verdict !== "leaks" && verdict !== "unstable");
    expect(Math.min(...all.map(({ cuts }) => cuts))).toBeGreaterThanOrEqual(50);
    expect(missed.map(({ name }) => name)).toHaveLength(
      Math.min(missed.length, Math.floor(0.05 * all.length)),
    );
    expect(wilsonInterval(all.length - missed.length, all.length).low).toBeGreaterThan(0.9);
  });

  it("shows that the probe accuses at most 2 % of what is clean", PATIENCE, () => {
    const all = verdicts(clean);
    const accused = all.filter(({ verdict }) => verdict !== "clean");
    expect(accused.length / all.length).toBeLessThanOrEqual(0.02);
  });
});
