import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ENGINE_VERSION } from "#engine/core/version.ts";

it("the engine's version is the package's", () => {
  const text = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
  expect(ENGINE_VERSION).toBe(JSON.parse(text).version);
});
