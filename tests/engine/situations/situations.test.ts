import { describe, expect, it } from "vitest";
import { byApply, byChoice, byDecisions, byEvents, type Outcome } from "./run.ts";
import { hour, type Situation } from "./situation.ts";
import { families } from "./table.ts";

function requireOutcome(given: Outcome, { fills, ends, equity, exits, risk = [] }: Situation): void {
  expect(given.fills).toEqual(fills);
  expect(given.ends).toEqual(ends);
  expect(Math.abs(given.equity - equity)).toBeLessThanOrEqual(1e-9 * Math.max(1, equity));
  if (exits !== undefined) expect(given.exits).toEqual(exits);
  expect(given.risk).toEqual(risk);
}

describe.each(Object.entries(families))("%s", (_, situations) => {
  describe.each(situations.map((situation) => [situation.name, situation] as const))("%s", (_, situation) => {
    it("in a backtest, on the event path", () => {
      requireOutcome(byEvents(situation), situation);
    });

    it("in a session that is told one event after another", () => {
      requireOutcome(byApply(situation), situation);
    });

    it("in a session that is written down after two candles and read again", () => {
      requireOutcome(byApply(situation, { restartAt: hour(2) }), situation);
    });

    if (situation.columns !== undefined) {
      const { path = "fast" } = situation;
      it(`in a backtest that may choose its path, on the ${path} path`, () => {
        const given = byChoice(situation);
        expect(given.path).toBe(path);
        requireOutcome(given, situation);
      });

      it("by a strategy that decides the same", () => {
        requireOutcome(byDecisions(situation), situation);
      });
    }
  });
});

it("the table has at least sixty situations, each of a name of its own", () => {
  const names = Object.values(families).flatMap((situations) => situations.map(({ name }) => name));
  expect(names.length).toBeGreaterThanOrEqual(60);
  expect(new Set(names).size).toBe(names.length);
});
