import { describe, expect, it } from "vitest";
import { EngineError } from "#engine/core/errors.ts";
import { ORDER_STATUSES, type OrderStatus } from "#engine/orders/order.ts";
import {
  hasEnded,
  nextStatus,
  ORDER_EVENTS,
  type OrderEvent,
  transition,
} from "#engine/orders/transitions.ts";

/** Every pair that is allowed, by hand, after FIX 4.4's order state change matrices (appendix D). */
const ALLOWED: Record<string, OrderStatus> = {
  "pendingNew accept": "new",
  "pendingNew reject": "rejected",
  "pendingNew requestCancel": "pendingCancel",
  "pendingNew cancel": "canceled",
  "pendingNew expire": "expired",
  "new partialFill": "partiallyFilled",
  "new fill": "filled",
  "new requestReplace": "pendingReplace",
  "new requestCancel": "pendingCancel",
  "new cancel": "canceled",
  "new expire": "expired",
  "partiallyFilled partialFill": "partiallyFilled",
  "partiallyFilled fill": "filled",
  "partiallyFilled requestReplace": "pendingReplace",
  "partiallyFilled requestCancel": "pendingCancel",
  "partiallyFilled cancel": "canceled",
  "partiallyFilled expire": "expired",
  "pendingReplace replace": "new",
  "pendingReplace rejectReplace": "new",
  "pendingReplace partialFill": "pendingReplace",
  "pendingReplace fill": "filled",
  "pendingReplace requestCancel": "pendingCancel",
  "pendingReplace cancel": "canceled",
  "pendingReplace expire": "expired",
  "pendingCancel cancel": "canceled",
  "pendingCancel rejectCancel": "new",
  "pendingCancel accept": "pendingCancel",
  "pendingCancel reject": "rejected",
  "pendingCancel partialFill": "pendingCancel",
  "pendingCancel fill": "filled",
  "pendingCancel expire": "expired",
};

const PAIRS = ORDER_STATUSES.flatMap((status) => ORDER_EVENTS.map((event) => [status, event] as const));

describe("the table of order states", () => {
  it.each(PAIRS)("%s, %s: goes where it is allowed to, and nowhere else", (status, event) => {
    const expected = ALLOWED[`${status} ${event}`];
    expect(nextStatus(status, event)).toBe(expected);
    if (expected !== undefined) expect(transition(status, event)).toBe(expected);
    else {
      const fault = caught(status, event);
      expect(fault.code).toBe("order.forbidden-transition");
      expect(fault.message).toContain(status);
      expect(fault.message).toContain(event);
    }
  });

  it.each(["replace", "rejectReplace"] as const)(
    "%s leads back to partiallyFilled where something has filled",
    (event) => {
      expect(transition("pendingReplace", event, 0.5)).toBe("partiallyFilled");
    },
  );

  it("leads nowhere from an end", () => {
    for (const status of ORDER_STATUSES.filter(hasEnded)) {
      for (const event of ORDER_EVENTS) expect(nextStatus(status, event)).toBeUndefined();
    }
    expect(ORDER_STATUSES.filter(hasEnded)).toEqual(["filled", "canceled", "rejected", "expired"]);
  });
});

function caught(status: OrderStatus, event: OrderEvent): EngineError {
  try {
    transition(status, event);
  } catch (fault) {
    if (fault instanceof EngineError) return fault;
  }
  throw new Error(`${event} while ${status} was let through`);
}
