import fc from "fast-check";
import { expect, test } from "vitest";
import { MessageGate } from "#workbench/shell/gate.ts";
import type { FromFrame } from "#workbench/shell/protocol.ts";

const limits = { perSecond: 10, burst: 20, flood: 1000, busyMs: 4000 };
const pong: FromFrame = { type: "pong", n: 1 };
const status: FromFrame = { type: "status", phase: "idle", cells: 1, failed: [], stale: 0, running: 0 };
const sql: FromFrame = { type: "request", id: 1, request: { method: "sql", params: { sql: "SELECT 1" } } };

test("messages of the protocol pass as they are", () => {
  for (const message of [pong, status, sql]) {
    expect(new MessageGate().admit(message, 0)).toEqual({ kind: "message", message });
  }
});

test("anything else is counted and goes no further", () => {
  const gate = new MessageGate({ perSecond: 1e9, burst: 1e9, flood: 1e9, busyMs: 1e9 });
  const wrong = [
    null,
    undefined,
    "ready",
    {},
    { type: "unheard" },
    { type: "source", source: 5, title: "" },
    { type: "request", id: -1, request: sql },
    { type: "request", id: 1, request: { method: "fetch", params: { url: "/api/notebooks" } } },
    { type: "request", id: 1, request: { method: "saveRun", params: { evaluation: { hash: "x" } } } },
    { type: "shortcut", key: "deploy" },
  ];
  for (const raw of wrong) expect(gate.admit(raw, 0)).toEqual({ kind: "invalid" });
  expect(gate.invalid).toBe(wrong.length);
});

test("no message at all makes the gate throw", () => {
  fc.assert(
    fc.property(fc.anything({ withTypedArray: true, withDate: true, withMap: true }), (raw) => {
      expect(["message", "invalid"]).toContain(new MessageGate().admit(raw, 0).kind);
    }),
  );
});

test("properties that the protocol does not name do not come through", () => {
  const admitted = new MessageGate().admit({ ...pong, extra: "payload", __proto__: { n: 9 } }, 0);
  expect(admitted).toEqual({ kind: "message", message: pong });
});

test("a burst passes, what is over it does not, and time makes room again", () => {
  const gate = new MessageGate(limits);
  const kinds = Array.from({ length: 25 }, () => gate.admit(status, 0).kind);
  expect(kinds.filter((kind) => kind === "message")).toHaveLength(20);
  expect(gate.admit(status, 100).kind).toBe("message");
  expect(gate.admit(status, 100).kind).toBe("invalid");
});

test("a request over the limit is told apart, so that it can be refused by its id", () => {
  const gate = new MessageGate(limits);
  for (let i = 0; i < 20; i++) gate.admit(status, 0);
  expect(gate.admit(sql, 0)).toEqual({ kind: "throttled", message: sql });
});

test("typed text and answers to pings pass however busy the frame is", () => {
  const gate = new MessageGate(limits);
  for (let i = 0; i < 100; i++) gate.admit(status, 0);
  const source: FromFrame = { type: "source", source: "<notebook></notebook>", title: "mine" };
  expect(gate.admit(source, 0).kind).toBe("message");
  expect(gate.admit(pong, 0).kind).toBe("message");
});

test("a flood within one second cuts the frame off, and the next second does not undo the count before it", () => {
  const gate = new MessageGate(limits);
  let last = "";
  for (let i = 0; i <= limits.flood; i++) last = gate.admit(pong, 500).kind;
  expect(last).toBe("flood");
});

test("a frame that keeps the shell busy with few large messages is noticed, one that is slow now and then is not", () => {
  const busy = new MessageGate();
  const told = Array.from({ length: 100 }, (_, i) => busy.spent(10_000 + i * 40, 90));
  // The 45th is the first to make it more than four seconds.
  expect(told.indexOf(true)).toBe(44);
  const huge = new MessageGate();
  expect(Array.from({ length: 12 }, (_, i) => huge.spent(i * 400, 400)).indexOf(true)).toBe(10);
  const patient = new MessageGate();
  // Two a second, for a minute, however long each takes: the stretches are counted apart.
  expect(Array.from({ length: 120 }, (_, i) => patient.spent(i * 500, 500)).some(Boolean)).toBe(false);
  const once = new MessageGate();
  expect(once.spent(0, 9000)).toBe(false);
});
