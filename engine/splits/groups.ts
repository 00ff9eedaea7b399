import { EngineError } from "../core/errors.ts";
import { requireWhole } from "./requireSettings.ts";

/** Samples that stand next to each other: from `start` up to, and without, `end`. */
export type SampleRange = { readonly start: number; readonly end: number };

/** Samples in so many ranges of one size, the first ones by one longer where it does not come out even, as NumPy's array_split. */
export function evenGroups(call: string, option: string, samples: number, groups: number): SampleRange[] {
  requireWhole(call, option, groups, 2);
  if (samples < groups) {
    throw new EngineError(
      "splits.too-few-samples",
      `${call}: ${samples} samples do not fill ${groups} groups; expected at least one sample in each. ` +
        `Lower ${option}, or take a longer history.`,
      { samples, [option]: groups },
    );
  }
  const size = Math.floor(samples / groups);
  const longer = samples % groups;
  return Array.from({ length: groups }, (_, g) => ({
    start: g * size + Math.min(g, longer),
    end: (g + 1) * size + Math.min(g + 1, longer),
  }));
}
