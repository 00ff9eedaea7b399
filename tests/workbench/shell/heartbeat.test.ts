import { expect, test } from "vitest";
import { Heartbeat, PING_MS, SILENCE_MS } from "#workbench/shell/heartbeat.ts";

const beatsUntilSilent = SILENCE_MS / PING_MS;

test("a frame that answers is never called silent", () => {
  const heart = new Heartbeat();
  for (let i = 0; i < 100; i++) {
    const { n, silent } = heart.beat();
    expect(silent).toBe(false);
    expect(heart.answer(n)).toBe(true);
  }
});

test("two seconds of unanswered pings are a silence, and one late answer ends it", () => {
  const heart = new Heartbeat();
  let last = heart.beat();
  for (let i = 1; i < beatsUntilSilent; i++) last = heart.beat();
  expect(last.silent).toBe(false);
  const silent = heart.beat();
  expect(silent.silent).toBe(true);
  expect(heart.answer(silent.n)).toBe(true);
  expect(heart.beat().silent).toBe(false);
});

test("answers to pings that were never sent, or sent long ago, do not count", () => {
  const heart = new Heartbeat();
  const { n } = heart.beat();
  expect(heart.answer(n + 1)).toBe(false);
  expect(heart.answer(0)).toBe(false);
  expect(heart.answer(n)).toBe(true);
  expect(heart.answer(n)).toBe(false);
});

test("what went unanswered while the page was hidden is forgiven", () => {
  const heart = new Heartbeat();
  for (let i = 0; i < 10; i++) heart.beat();
  heart.forgive();
  expect(heart.beat().silent).toBe(false);
});
