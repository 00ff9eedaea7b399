import { describe, expect, it } from "vitest";
import { SILENT } from "#engine/broker/listener.ts";
import { SimulatedBroker } from "#engine/broker/simulated.ts";
import { Desk } from "#engine/session/desk.ts";
import { GuardAccount } from "#engine/session/guardAccount.ts";

const MINUTE = 60_000;

/** Two held long, at a price of 100, and market orders that wait for the next open. */
function waiting(orders: readonly { amount: number; reduceOnly: boolean }[]): GuardAccount {
  const broker = new SimulatedBroker(
    { venues: { test: { startingBalance: 100_000 } } },
    [{ id: "A", symbol: "A/USDT:USDT", exchange: "test", type: "linear" }],
    SILENT,
  );
  broker.submitMarket(0, 0, 2, 0, false, false);
  broker.candle(0, 0, MINUTE, 100, 100, 100, 100, 1000);
  for (const { amount, reduceOnly } of orders) broker.submitMarket(0, 0, -amount, MINUTE, reduceOnly, false);
  return new GuardAccount(broker, [new Desk()]);
}

describe("what the risk rules are told of orders on their way", () => {
  it("counts an exit at the market as leaving, and not as a sale that opens as well", () => {
    const account = waiting([{ amount: 2, reduceOnly: false }]);
    expect(account.leavingAmount(0)).toBe(2);
    expect(account.openOrderAmount(0, "sell")).toBe(0);
    expect(account.openOrderAmount(0, "buy")).toBe(0);
  });

  it("counts what goes beyond the position as opening", () => {
    const account = waiting([{ amount: 5, reduceOnly: false }]);
    expect(account.leavingAmount(0)).toBe(2);
    expect(account.openOrderAmount(0, "sell")).toBe(3);
  });

  it("lets a reduce-only exit take its part of the position first", () => {
    const account = waiting([
      { amount: 1.5, reduceOnly: true },
      { amount: 2, reduceOnly: false },
    ]);
    expect(account.leavingAmount(0)).toBe(2);
    expect(account.openOrderAmount(0, "sell")).toBe(1.5);
  });
});
