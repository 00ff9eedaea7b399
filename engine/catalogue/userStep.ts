import { EngineError } from "../core/errors.ts";
import { onSameRows, type Recipe, requireRecipe, type StepRecipe } from "./recipe.ts";

/** Makes a step: a function of one row's values that may keep what it has seen in its own variables. */
export type StepFactory = (...constants: number[]) => (...values: number[]) => number;

const factories = new WeakMap<Recipe, StepFactory>();

/**
 * A recipe of a step that you wrote. `create` is called once per evaluation and returns the function that takes each
 * row's input values, first to last, and gives that row's value (NaN where there is none).
 *
 * The recipe is known by the text of `create` and by `constants`, so what it needs must come in through them:
 * `step([close], (weight) => { let held = NaN; return (x) => …; }, [0.1])`.
 */
export function stepRecipe(
  inputs: readonly Recipe[],
  create: StepFactory,
  constants: readonly number[] = [],
): StepRecipe {
  if (inputs.length === 0) {
    throw new EngineError(
      "recipe.inputs",
      "step: no inputs were given; expected at least one recipe, [close].",
      {},
    );
  }
  const joined = onSameRows(inputs.map((input) => requireRecipe(input, "step")));
  const recipe: StepRecipe = Object.freeze({
    kind: "step",
    text: String(create),
    constants: Object.freeze([...constants]),
    inputs: Object.freeze(joined.recipes),
    ...joined.rows,
  });
  factories.set(recipe, create);
  return recipe;
}

/** The function behind a step's recipe. A recipe that came as data from elsewhere has its text only. */
export function stepFactory(recipe: StepRecipe): StepFactory {
  const factory = factories.get(recipe);
  if (factory !== undefined) return factory;
  throw new EngineError(
    "recipe.step-without-code",
    "step: this recipe came as data, without the function that it names. Evaluate it where its strategy is loaded.",
    { text: recipe.text },
  );
}

/** Runs a step over columns of one length. What its own code throws is told with the row at which it did. */
export function runStep(
  inputs: readonly Float64Array[],
  create: StepFactory,
  constants: readonly number[],
  out: Float64Array = new Float64Array(inputs[0].length),
): Float64Array {
  let index = -1;
  try {
    const update = create(...constants);
    if (typeof update !== "function") {
      throw new EngineError(
        "recipe.step-not-a-function",
        `step: the given function returned ${typeof update}; expected the function that takes each row's values: ` +
          "step([close], () => (x) => x * 2).",
        { given: typeof update },
      );
    }
    const row = new Array<number>(inputs.length).fill(0);
    for (index = 0; index < out.length; index++) {
      for (let k = 0; k < inputs.length; k++) row[k] = inputs[k][index];
      const value: unknown = update(...row);
      if (typeof value !== "number") {
        throw new EngineError(
          "recipe.step-not-a-number",
          `step: row ${index} gave ${value === null ? "null" : typeof value}; expected a number, NaN where there is none.`,
          { index, given: typeof value },
        );
      }
      out[index] = value;
    }
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new EngineError(
      "recipe.step-threw",
      `step: ${index < 0 ? "making it" : `row ${index}`} threw ${cause}${/[.!?]$/.test(cause) ? "" : "."} Mend the step's code there.`,
      { index: index < 0 ? null : index, cause },
      { cause: error },
    );
  }
  return out;
}
