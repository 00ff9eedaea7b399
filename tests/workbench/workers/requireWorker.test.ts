import { expect, test } from "vitest";
import { requireWorker } from "#workbench/workers/requireWorker.ts";

test("a worker's file goes on in a worker and stops in a window", () => {
  expect(() => requireWorker({ importScripts: () => undefined })).not.toThrow();
  expect(() => requireWorker({ document: {} })).toThrow(/in a worker, not in a window/);
});
