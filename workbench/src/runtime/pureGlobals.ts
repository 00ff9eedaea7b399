import type { Impurity } from "./types.ts";

/**
 * What a strategy may use of JavaScript itself: what gives the same answer in every engine, at every time and in
 * every place. Everything that is not here, not the engine's and not a cell's is refused by name.
 */
export const PURE_GLOBALS: ReadonlySet<string> = new Set(
  (
    "Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Error Float32Array Float64Array Infinity " +
    "Int16Array Int32Array Int8Array JSON Map Math NaN Number Object RangeError RegExp Set String Symbol SyntaxError " +
    "TypeError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakSet isFinite isNaN parseFloat " +
    "parseInt undefined arguments"
  ).split(" "),
);

const NO_CLOCK = "it would tell a different time at every run";
export const NO_CODE = "code made from text cannot be checked or hashed";
const PAGE = "it belongs to the notebook's page, which is not there where a strategy runs";

/** Why a global name is refused, and what to do instead. */
export function refusedGlobal(name: string): Impurity {
  const [why, cure] = (Object.hasOwn(REFUSED, name) && REFUSED[name]) || [
    "it is not there where a strategy runs",
    "Leave it out of the strategy.",
  ];
  return { name, why, cure };
}

const REFUSED: Record<string, [why: string, cure: string]> = {
  Date: [NO_CLOCK, "Use market.time, in UTC milliseconds: Math.floor(time / 3_600_000) % 24 is the hour."],
  performance: [NO_CLOCK, "Leave it out: time spent is measured outside the strategy."],
  crypto: ["its random numbers differ at every run", "Use the random that decide is given; it is seeded."],
  eval: [NO_CODE, "Write the code out."],
  Function: [NO_CODE, "Write the function out."],
  console: [
    "a strategy prints nothing",
    "Return what you want to see as a feature; it stands in the trade table.",
  ],
  fetch: [
    "a strategy reads nothing but its market",
    "Bring the data into the lake and read it as a feature.",
  ],
  WebSocket: [
    "a strategy reads nothing but its market",
    "Bring the data into the lake and read it as a feature.",
  ],
  Promise: ["a strategy decides at once", "Wait for the value in another cell and use it here by name."],
  setTimeout: ["a strategy decides at once", "Leave it out."],
  setInterval: ["a strategy decides at once", "Leave it out."],
  Intl: ["it depends on the machine's language", "Format numbers outside the strategy."],
  document: [PAGE, "Draw in another cell."],
  window: [PAGE, "Name what you need instead."],
  globalThis: [PAGE, "Name what you need instead."],
};
