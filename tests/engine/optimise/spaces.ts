import fc from "fast-check";
import { EngineError } from "#engine/core/errors.ts";
import { searchSpace } from "#engine/optimise/searchSpace.ts";
import { type Point, Space } from "#engine/optimise/space.ts";
import { boolean, choice, decimal, int, type ParameterSpec } from "#engine/strategy/parameters.ts";

/** A cube of so many decimals x0, x1, …, each from `min` to `max`. */
export function cube(dimensions: number, min: number, max: number): Space {
  return new Space(
    Array.from({ length: dimensions }, (_, i) => ({
      name: `x${i}`,
      kind: "decimal",
      min,
      max,
      step: 0,
      scale: "linear",
    })),
  );
}

/** Every kind of parameter there is, with one that waits for another. */
export const everyKind: Space = searchSpace({
  length: int(14, 5, 60),
  threshold: decimal(0.1, 0.001, 1, { scale: "log" }),
  mode: choice("fast", ["fast", "slow", "mixed"]),
  delay: int(3, 0, 9, { activeWhen: { parameter: "mode", is: ["slow", "mixed"] } }),
  isStrict: boolean(true),
});

/** The numbers of a point of a cube. */
export function numbers(point: Point): number[] {
  return Object.values(point).map(Number);
}

export function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
  return "no error";
}

const numberSpec: fc.Arbitrary<ParameterSpec> = fc
  .record({
    isInt: fc.boolean(),
    min: fc.integer({ min: 1, max: 50 }),
    range: fc.integer({ min: 0, max: 12 }),
    isLog: fc.boolean(),
  })
  .map(({ isInt, min, range, isLog }) => {
    const hints = isLog ? ({ scale: "log" } as const) : {};
    return isInt
      ? int(min, min, min + range, hints)
      : decimal(min / 10, min / 10, (min + range) / 10, { step: 0.1, ...hints });
  });

const categorySpec: fc.Arbitrary<ParameterSpec> = fc.oneof(
  fc.constant(boolean(true)),
  fc.integer({ min: 1, max: 4 }).map((count) => choice("a", ["a", "b", "c", "d"].slice(0, count))),
);

/** Spaces of up to five parameters, some of which wait for one before them; decimals in steps where `isCountable`. */
export function anySpace({ isCountable }: { readonly isCountable: boolean }): fc.Arbitrary<Space> {
  const one = fc.record({
    spec: fc.oneof(numberSpec, categorySpec),
    parent: fc.integer({ min: 0, max: 4 }),
    isConditional: fc.boolean(),
  });
  return fc.array(one, { minLength: 1, maxLength: 5 }).map((list) => {
    const specs: Record<string, ParameterSpec> = {};
    const steps: Record<string, { readonly step: number }> = {};
    for (const [i, { spec, parent, isConditional }] of list.entries()) {
      const other = `p${parent}`;
      const condition =
        isConditional && parent < i ? { activeWhen: { parameter: other, is: specs[other].default } } : {};
      specs[`p${i}`] = { ...spec, ...condition };
      if (isCountable && spec.kind === "decimal" && spec.max > spec.min) steps[`p${i}`] = { step: 0.1 };
    }
    return searchSpace(specs, { parameters: steps });
  });
}
