import type { FromFrame } from "./protocol.ts";
import { fromFrameSchema } from "./protocol.ts";

export type Admitted =
  | { kind: "message"; message: FromFrame }
  /** Not a message of the protocol: counted, otherwise ignored. */
  | { kind: "invalid" }
  /** One too many in a short time; the caller answers requests with a refusal. */
  | { kind: "throttled"; message: FromFrame }
  /** So many that listening on would stall the shell: the frame has to go. */
  | { kind: "flood" };

export type GateLimits = {
  /** Messages a second that a frame may send for long, and how many it may send at once. */
  perSecond: number;
  burst: number;
  /** Messages within one second that nobody sends by accident. */
  flood: number;
  /** Milliseconds out of each five seconds that the shell may spend on what one frame says. */
  busyMs: number;
};

const LIMITS: GateLimits = { perSecond: 100, burst: 400, flood: 5000, busyMs: 4000 };

/**
 * How long a stretch is over which the shell's time is counted, and how few messages are never too many in it: a
 * person who types into a notebook of many megabytes may keep a slow machine busy with two a second.
 */
const STRETCH_MS = 5000;
const NEVER_TOO_MANY = 10;

/**
 * What stands between the frame's port and the shell. Each message is parsed before it is believed, and a
 * leaky bucket bounds how often the frame can make the shell work. Pongs and the latest source are always let
 * through: the first is nothing, the second is somebody's typing. Times are milliseconds of any one clock.
 */
export class MessageGate {
  invalid = 0;
  #tokens: number;
  #refilled: number | undefined;
  #second = 0;
  #inSecond = 0;
  #stretch = 0;
  #inStretch = 0;
  #spentMs = 0;

  constructor(readonly limits: GateLimits = LIMITS) {
    this.#tokens = limits.burst;
  }

  admit(raw: unknown, nowMs: number): Admitted {
    const second = Math.floor(nowMs / 1000);
    this.#inSecond = second === this.#second ? this.#inSecond + 1 : 1;
    this.#second = second;
    if (this.#inSecond > this.limits.flood) return { kind: "flood" };

    const within = this.#take(nowMs);
    // Parsing costs time as well: what is over the limit is parsed only as far as its type.
    if (!within && !isPrecious(raw))
      return isRequest(raw) ? this.#parse(raw, "throttled") : { kind: "invalid" };
    return this.#parse(raw, "message");
  }

  /**
   * Notes how long the shell worked on a message that came at `nowMs`. True when the frame keeps it from its other
   * work: a few messages of 20 MB a second are as bad as thousands of small ones.
   */
  spent(nowMs: number, tookMs: number): boolean {
    const stretch = Math.floor(nowMs / STRETCH_MS);
    if (stretch !== this.#stretch) {
      this.#stretch = stretch;
      this.#inStretch = 0;
      this.#spentMs = 0;
    }
    this.#inStretch += 1;
    this.#spentMs += tookMs;
    return this.#inStretch > NEVER_TOO_MANY && this.#spentMs > this.limits.busyMs;
  }

  #parse(raw: unknown, kind: "message" | "throttled"): Admitted {
    const parsed = fromFrameSchema.safeParse(raw);
    if (parsed.success) return { kind, message: parsed.data };
    this.invalid++;
    return { kind: "invalid" };
  }

  #take(nowMs: number): boolean {
    const { perSecond, burst } = this.limits;
    const elapsed = nowMs - (this.#refilled ?? nowMs);
    this.#refilled = nowMs;
    this.#tokens = Math.min(burst, this.#tokens + (elapsed / 1000) * perSecond);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

function isPrecious(raw: unknown): boolean {
  return hasType(raw) && (raw.type === "pong" || raw.type === "source");
}

function isRequest(raw: unknown): boolean {
  return hasType(raw) && raw.type === "request";
}

function hasType(raw: unknown): raw is { type: unknown } {
  return typeof raw === "object" && raw !== null && "type" in raw;
}
