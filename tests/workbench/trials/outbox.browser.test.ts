import { afterEach, expect, test } from "vitest";
import { TrialOutbox } from "#workbench/trials/outbox.ts";
import { madeTrials } from "../../engine/trials/madeTrials.ts";

const trials = madeTrials(4, 10);
const left = async (notebook: string) => (await new TrialOutbox().of(notebook)).map(({ trial }) => trial);

afterEach(async () => {
  const outbox = new TrialOutbox();
  for (const notebook of ["a", "b"]) await outbox.drop((await outbox.of(notebook)).map(({ key }) => key));
});

test("what is on its way is kept for the next page, notebook by notebook, in its order, until it is dropped", async () => {
  const outbox = new TrialOutbox();
  const keys = await outbox.put("a", trials.slice(0, 2));
  await outbox.put("b", [trials[3]]);
  keys.push(...(await outbox.put("a", [trials[2]])));
  expect(await left("a")).toEqual(trials.slice(0, 3));
  expect(await left("b")).toEqual([trials[3]]);
  await outbox.drop(keys.slice(0, 2));
  expect(await left("a")).toEqual([trials[2]]);
  expect(await left("nobody")).toEqual([]);
});

test("a browser that keeps nothing is no failure", async () => {
  const kept = Object.getOwnPropertyDescriptor(globalThis, "indexedDB") as PropertyDescriptor;
  const refusing = {
    open: () => {
      throw new DOMException("no", "SecurityError");
    },
  };
  Object.defineProperty(globalThis, "indexedDB", { value: refusing, configurable: true });
  try {
    const outbox = new TrialOutbox();
    expect(await outbox.put("a", trials)).toEqual([]);
    expect(await outbox.of("a")).toEqual([]);
    await outbox.drop([1]);
  } finally {
    Object.defineProperty(globalThis, "indexedDB", kept);
  }
});
