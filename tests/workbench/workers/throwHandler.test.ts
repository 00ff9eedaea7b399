import { expose, wrap } from "comlink";
import { expect, test } from "vitest";
import { EngineError } from "#engine/core/errors.ts";
import { carryEngineErrors } from "#workbench/workers/throwHandler.ts";

carryEngineErrors();

test("an engine error crosses with code and details, and what is no plain data as text", async () => {
  const { port1, port2 } = new MessageChannel();
  const api = {
    fail: () => {
      throw new EngineError("test.code", "What happened.", { t: 5, by: () => 1 });
    },
    fall: () => {
      throw new TypeError("Plain.");
    },
  };
  expose(api, port1);
  const remote = wrap<typeof api>(port2);
  const error = await Promise.resolve(remote.fail()).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EngineError);
  expect(error).toMatchObject({
    code: "test.code",
    message: "What happened.",
    details: { t: 5, by: "() => 1" },
  });
  await expect(Promise.resolve(remote.fall())).rejects.toThrow("Plain.");
  port1.close();
  port2.close();
});
