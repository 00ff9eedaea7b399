import { EngineError } from "../core/errors.ts";
import type { OrderStatus } from "./order.ts";

/** What can happen to an order: FIX ExecType (tag 150), with the refusals of amendments and cancellations. */
export const ORDER_EVENTS = [
  "accept",
  "reject",
  "partialFill",
  "fill",
  "requestReplace",
  "replace",
  "rejectReplace",
  "requestCancel",
  "rejectCancel",
  "cancel",
  "expire",
] as const;
export type OrderEvent = (typeof ORDER_EVENTS)[number];

/** `working`: back to `new` or `partiallyFilled`, by what has been filled. */
type Next = OrderStatus | "working";

const ENDED: Readonly<Partial<Record<OrderEvent, Next>>> = {};

/**
 * The one table of states and transitions: what is not in it is forbidden. A fill may reach an order whose change or
 * cancellation is under way; an exchange may cancel, expire or refuse what has not been accepted yet.
 */
const TRANSITIONS: Readonly<Record<OrderStatus, Readonly<Partial<Record<OrderEvent, Next>>>>> = {
  pendingNew: {
    accept: "new",
    reject: "rejected",
    requestCancel: "pendingCancel",
    cancel: "canceled",
    expire: "expired",
  },
  new: {
    partialFill: "partiallyFilled",
    fill: "filled",
    requestReplace: "pendingReplace",
    requestCancel: "pendingCancel",
    cancel: "canceled",
    expire: "expired",
  },
  partiallyFilled: {
    partialFill: "partiallyFilled",
    fill: "filled",
    requestReplace: "pendingReplace",
    requestCancel: "pendingCancel",
    cancel: "canceled",
    expire: "expired",
  },
  pendingReplace: {
    replace: "working",
    rejectReplace: "working",
    partialFill: "pendingReplace",
    fill: "filled",
    requestCancel: "pendingCancel",
    cancel: "canceled",
    expire: "expired",
  },
  pendingCancel: {
    cancel: "canceled",
    rejectCancel: "working",
    // An order canceled on its way arrives before its cancellation does.
    accept: "pendingCancel",
    reject: "rejected",
    partialFill: "pendingCancel",
    fill: "filled",
    expire: "expired",
  },
  filled: ENDED,
  canceled: ENDED,
  rejected: ENDED,
  expired: ENDED,
};

/** The status after an event, or undefined where the table forbids it. `filled` decides what `working` means. */
export function nextStatus(status: OrderStatus, event: OrderEvent, filled = 0): OrderStatus | undefined {
  const next = TRANSITIONS[status][event];
  return next === "working" ? (filled > 0 ? "partiallyFilled" : "new") : next;
}

/** The status after an event. Throws `order.forbidden-transition`, naming both, where the table has none. */
export function transition(status: OrderStatus, event: OrderEvent, filled = 0): OrderStatus {
  // The two steps of nearly every order, without looking them up.
  if (event === "fill" && status === "new") return "filled";
  if (event === "accept" && status === "pendingNew") return "new";
  const next = nextStatus(status, event, filled);
  if (next !== undefined) return next;
  const allowed = Object.keys(TRANSITIONS[status]);
  throw new EngineError(
    "order.forbidden-transition",
    `order: got "${event}" while ${status}; expected ${allowed.length === 0 ? "nothing, for it has ended" : allowed.join(", ")}.`,
    { status, event, allowed },
  );
}

/** Whether nothing can happen to an order of this status any more. */
export function hasEnded(status: OrderStatus): boolean {
  return status === "filled" || status === "canceled" || status === "rejected" || status === "expired";
}
