import { describe, expect, it } from "vitest";
import * as engine from "#engine";
import { EngineError } from "#engine/core/errors.ts";
import { hashText } from "#engine/core/hash.ts";
import { defineStrategy } from "#engine/strategy/contract.ts";
import { linkStrategyText, sealedNames } from "#engine/strategy/link.ts";
import { linkedStrategy, strategyHash, strategyModule, withHash } from "#engine/strategy/module.ts";
import { int } from "#engine/strategy/parameters.ts";
import { columnsAt, minutesFrom } from "../../fixtures/madeCandles.ts";

const text = `import { defineStrategy, int as whole } from "walkforward";
const limit = 3;
export default defineStrategy({
  name: "linked", timeframe: "5m", history: 10,
  parameters: { length: whole(limit, 1, 9) },
  features: () => ({}),
  decide: () => double([]),
});
function double(list) { return [...list, ...list]; }
`;

function link(module: string): unknown {
  return new Function("walkforward", linkStrategyText(module))({ defineStrategy, int });
}

function errorOf(work: () => unknown): EngineError {
  try {
    work();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error("expected an EngineError");
}

describe("a strategy module", () => {
  it("links to the strategy that its text defines, helpers and renamed imports included", () => {
    const strategy = linkedStrategy(() => link(text), strategyModule(text));
    expect(strategy).toMatchObject({
      name: "linked",
      parameters: { length: { default: 3, min: 1, max: 9 } },
    });
    expect(strategy.hash).toBe(hashText(text));
    expect(strategyHash(strategy)).toBe(hashText(text));
  });

  it("keeps every line where it was, so that an error's line number is the module's", () => {
    const linked = linkStrategyText(text).split("\n");
    expect(linked).toHaveLength(text.split("\n").length);
    expect(linked[1]).toBe("const limit = 3;");
    expect(linked[2]).toBe("return defineStrategy({");
  });

  const hidingPlaces: [string, string, string][] = [
    ["a function of the engine", "sma.seen ??= []", "sma.seen"],
    ["a class of the engine", "Random.prototype.seen ??= []", "Random.prototype.seen"],
    ["an entry of the catalogue", 'catalogueEntry("sma").seen ??= []', 'catalogueEntry("sma").seen'],
    [
      "the catalogue",
      'catalogue.get("seen") ?? (catalogue.set("seen", []), catalogue.get("seen"))',
      "undefined",
    ],
    ["the strategy", "this.decide.seen ??= []", "this.decide.seen"],
  ];
  it.each(hidingPlaces)("lets no step leave what it saw on %s for a decision", (_, write, read) => {
    const smuggler = [
      `import { catalogue, catalogueEntry, defineStrategy, Random, sma, step } from "walkforward";`,
      `export default defineStrategy({ name: "smuggler", timeframe: "1m", history: 1,`,
      `  features({ close }) { return { copy: step([close], () => (value) => { (${write}).push(value); return value; }) }; },`,
      `  decide({ market }) { if (${read} !== undefined) throw new Error("saw the future"); return []; },`,
      `});`,
    ].join("\n");
    const body = new Function("walkforward", linkStrategyText(smuggler)) as (names: typeof engine) => unknown;
    const universe = [
      { symbol: "X", exchange: "test", timeframe: "1m", ...columnsAt(minutesFrom(Date.UTC(2024, 0, 1), 60)) },
    ];
    const evaluated = (): unknown =>
      engine.evaluate(
        linkedStrategy(() => body(sealedNames(engine)), strategyModule(smuggler)),
        universe,
        { windowMs: 60_000, shiftMs: 600_000 },
      );
    expect(evaluated).toThrow(
      /not extensible|is not a function|Cannot read properties of undefined|read only/,
    );
    expect(evaluated).not.toThrow(/saw the future/);
    expect(engine.sma(Float64Array.of(1, 3), 2)[1]).toBe(2);
  });

  it("keeps what a step writes into the module's variables from the decisions", () => {
    const smuggler = [
      `import { defineStrategy, step } from "walkforward";`,
      `const seen = [];`,
      `export default defineStrategy({ name: "smuggler", timeframe: "1m", history: 1,`,
      `  features: ({ close }) => ({ copy: step([close], () => (value) => { seen.push(value); return value; }) }),`,
      `  decide: ({ market }) => { if (seen.length > 0) throw new Error("saw " + seen.length + " candles"); return []; },`,
      `});`,
      ``,
    ].join("\n");
    const evaluateModule = () => new Function("walkforward", linkStrategyText(smuggler))(engine);
    const candles = { ...columnsAt(minutesFrom(0, 200)), symbol: "A", timeframe: "1m", exchange: "made" };
    const once = evaluateModule();
    const options = { windowMs: 120_000, shiftMs: 60_000 };
    // One evaluation of the module would show the future: the last candle is there at the first decision.
    expect(errorOf(() => engine.evaluate(once, [candles], options)).message).toContain("saw 200 candles");
    const strategy = linkedStrategy(evaluateModule, strategyModule(smuggler));
    expect(engine.evaluate(strategy, [candles], options).slices.total).toBeGreaterThan(100);
  });

  it("runs in strict mode, as a module does", () => {
    const sloppy = text.replace("const limit = 3;", "limit = 3;");
    expect(() => link(sloppy)).toThrow(ReferenceError);
  });

  it("takes carriage returns and an import of nothing", () => {
    const least = `import {} from "walkforward";\r\nexport default defineStrategy({});\r\n`;
    expect(linkStrategyText(least)).toContain("return defineStrategy({});");
  });

  it.each([
    ["no import", text.slice(text.indexOf("\n") + 1), 1],
    ["an import from elsewhere", text.replace('"walkforward"', '"lodash"'), 1],
    ["a default import", text.replace(/import \{.*?\}/, "import walkforward"), 1],
    ["an import that is no name", text.replace("int as whole", "default as 1"), 1],
    ["a second import", text.replace("const limit = 3;", 'import "fs";'), 2],
    ["a named export", text.replace("const limit", "export const limit"), 2],
    ["two default exports", `${text}export default defineStrategy({});`, 10],
    ["a default export of something else", text.replace("default defineStrategy(", "default double("), 3],
    ["no default export", text.replace("export default ", ""), 10],
  ])("refuses %s and names the line", (_, module, line) => {
    const error = errorOf(() => linkStrategyText(module));
    expect(error.code).toBe("strategy.not-linkable");
    expect(error.details.line).toBe(line);
  });

  it("names an import that the engine does not have, and the nearest that it has", () => {
    const error = errorOf(() => linkStrategyText(text, ["defineStrategy", "ints"]));
    expect(error.code).toBe("strategy.unknown-import");
    expect(error.details).toEqual({ name: "int", nearest: "ints" });
  });

  it("refuses what is no strategy", () => {
    for (const value of [undefined, {}, () => 1, Object.freeze({ name: "x" })]) {
      expect(errorOf(() => linkedStrategy(() => value, strategyModule(""))).code).toBe(
        "strategy.not-a-strategy",
      );
    }
  });
});

describe("a strategy's identity", () => {
  const base = { name: "live", timeframe: "5m", history: 10, features: () => ({}) };

  it("is the text of its functions while it came from no module", () => {
    const one = strategyHash(defineStrategy({ ...base, decide: () => [] }));
    expect(one).toBe(strategyHash(defineStrategy({ ...base, decide: () => [] })));
    expect(one).not.toBe(strategyHash(defineStrategy({ ...base, decide: () => ({}) })));
    expect(one).not.toBe(strategyHash(defineStrategy({ ...base, history: 11, decide: () => [] })));
  });

  it("is its module's hash once it has one", () => {
    expect(strategyHash(withHash(defineStrategy({ ...base, decide: () => [] }), "abc"))).toBe("abc");
  });
});
