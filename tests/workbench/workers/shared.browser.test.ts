import { afterEach, expect, test } from "vitest";
import { EngineError } from "#engine/core/errors.ts";
import { builtInStrategy } from "#engine/strategies/index.ts";
import { strategyModule } from "#engine/strategy/module.ts";
import { evaluate } from "#engine/walkforward/evaluate.ts";
import { ComputeClient } from "#workbench/workers/client.ts";
import type { EvaluateTask } from "#workbench/workers/protocol.ts";
import { spawnInPage } from "#workbench/workers/spawn.ts";
import { strategyText, wanderingUniverse } from "./universe.ts";

/** A strategy that goes round what the bundler refuses, to the worker's global object and what all code shares. */
const GLOBAL = 'const all = []["const" + "ructor"]["const" + "ructor"]("return this")();';
const universe = wanderingUniverse(3, 2000);
const builtIn: EvaluateTask = {
  strategy: { kind: "builtIn", name: "momentum-rank" },
  candles: universe,
  options: {},
};
const honest = evaluate(builtInStrategy("momentum-rank"), universe).hash;

let worker: ComputeClient;
afterEach(() => worker.dispose());

async function outcome(body: string): Promise<string> {
  worker = new ComputeClient(spawnInPage, { allowModules: true });
  const module = strategyModule(strategyText(`${GLOBAL} ${body} return [];`));
  const task: EvaluateTask = { ...builtIn, strategy: { kind: "module", ...module } };
  return worker.evaluate(task).then(
    ({ trades }) => `evaluated ${trades.length} trades`,
    (error: unknown) => (error instanceof EngineError ? error.code : String(error)),
  );
}

const changes = {
  "a method of all arrays": "Array.prototype.map = () => [];",
  "a method of all columns": "Float64Array.prototype.subarray = () => new Float64Array(0);",
  "a square root": "Math.sqrt = () => 1;",
  "what is written as JSON": "Object.prototype.toJSON = () => 0;",
  "a class by another name": "all.Float64Array = Array;",
  "a name of its own": "all.memory = (all.memory ?? 0) + 1;",
  generators:
    'Object.getPrototypeOf(function* () {}).prototype.next = () => ({ done: true, value: "forged" });',
  "a map's look-up, and then a failure": 'Map.prototype.get = () => undefined; throw new Error("hidden");',
  "the tools of the check": "Reflect.ownKeys = () => []; Object.is = () => true;",
};
test.each(Object.entries(changes))(
  "a strategy that changes %s fails, and the next is right",
  async (_, body) => {
    expect(await outcome(body)).toBe("strategy.changed-shared");
    expect((await worker.evaluate(builtIn)).hash).toBe(honest);
  },
);

const forgeries = {
  "posts of its port": "MessagePort.prototype.postMessage = function (...given) { all.stolen = this; };",
  "what listens there": "EventTarget.prototype.addEventListener = () => undefined;",
  "what a message holds":
    'Object.defineProperty(MessageEvent.prototype, "data", { get: () => ({ type: "forged" }) });',
};
test.each(Object.entries(forgeries))("a strategy cannot change %s", async (_, body) => {
  expect(await outcome(body)).toBe("strategy.threw");
  expect((await worker.evaluate(builtIn)).hash).toBe(honest);
});

const answers = {
  "posts into the worker's own scope": "all.postMessage({ ready: false });",
  "closes the worker": "all.close();",
  "closes it by its prototype": "Object.getPrototypeOf(Object.getPrototypeOf(all)).close.call(all);",
  "throws nothing": "throw undefined;",
  "throws what cannot be read": 'throw new Proxy({}, { get() { throw new Error("no"); } });',
  "never ends its recursion": "const again = () => again() + 1; again();",
  "gives a trap for an answer": 'return new Proxy([], { get() { throw new Error("trap"); } });',
};
test.each(Object.entries(answers))("a strategy that %s fails alone", async (_, body) => {
  expect(await outcome(body)).toMatch(/^strategy\.|^Error: (no|trap)$/);
  expect((await worker.evaluate(builtIn)).hash).toBe(honest);
});

test("a message that a strategy makes up is heard by nobody", async () => {
  const body =
    'all.dispatchEvent(new MessageEvent("message", { data: { type: "APPLY", path: ["cancel"] } }));';
  expect(await outcome(body)).toBe("evaluated 0 trades");
  expect((await worker.evaluate(builtIn)).hash).toBe(honest);
});
