import { leave } from "./dealing/leave.ts";
import type { House } from "./house.ts";

/** Cancels every order and leaves every position at the next price. */
export function closeAll(house: House, time: number, reason: string): void {
  house.broker.cancelAll(time, -1, -1, reason);
  for (const run of house.runs) {
    for (const market of run.spec.markets) leave(house, run, market, reason, time);
  }
}

/**
 * Gives each market one more moment at which nothing but its last price trades, so that what waits to leave does. Held
 * back orders need as many as they are held, those on their way so much time. The last row of equity then stands for
 * what is left.
 */
export function fillAtLast(house: House, time: number): void {
  const { broker, account, openTime } = house;
  const { delayBars = 0, venues } = house.settings.broker;
  const longest = Math.max(0, ...Object.values(venues).map(({ latency }) => latency?.submitMs ?? 0));
  for (let bar = 0; bar <= delayBars && account.openCount > 0; bar++) {
    const at = time + longest + bar;
    for (let m = 0; m < account.price.length; m++) {
      const price = account.price[m];
      if (account.amount[m] === 0) continue;
      openTime[m] = at;
      broker.candle(m, at, at, price, price, price, price, Infinity);
    }
  }
  house.recordEquityAgain();
}
