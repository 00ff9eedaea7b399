import { describe, expect, it } from "vitest";
import { byApply, rowsOf, tablesByEvents } from "./run.ts";
import { type Bar, buy, HOUR, hour, type Situation, START } from "./situation.ts";

const FLAT: Bar = [100, 100, 100, 100];

/** Candles at hours 0, 1 and 5: whoever is told of an order in the gap answers then. */
const gap = {
  name: "gap",
  bars: [FLAT, FLAT, null, null, null, FLAT, FLAT],
  orders: { 1: [buy("entry", 1, "limit", { price: 90, timeInForce: "GTD", expireTime: hour(2.25) })] },
  onOrder: ({ clientOrderId, status }: { clientOrderId: string; status: string }) =>
    clientOrderId === "entry" && status === "expired" ? [buy("answer", 1, "market")] : [],
  fills: [],
  ends: {},
  equity: 10_000,
} satisfies Situation & { readonly onOrder: unknown };

describe("in a gap of a market's data", () => {
  it("what expires bears its own time, and is told when the candle that is missing would have closed", () => {
    const [entry, answer] = rowsOf(tablesByEvents(gap).orders);
    expect(entry).toMatchObject({ text: { status: "expired" }, number: { endTime: hour(2.25) } });
    expect(answer).toMatchObject({ text: { clientOrderId: "answer" }, number: { submitTime: hour(3) } });
  });

  it("a session that is told the time in between comes to the same", () => {
    const told = byApply(gap, { moreClock: [START + 2.5 * HOUR, START + 3.1 * HOUR] });
    expect(told.fills).toEqual(["at 5 answer buys 1 @ 100 taker open"]);
    expect(told).toEqual(byApply(gap));
  });

  it("no time but those of candles that are there or missing is folded, and no equity is written down in it", () => {
    const { equity } = tablesByEvents(gap);
    expect(rowsOf(equity).map(({ number }) => number.time)).toEqual([1, 2, 6, 7].map(hour));
  });
});
