import type { EvaluationSettings } from "./result.ts";

/** The times of the slices: `startMs`, `startMs + shiftMs`, … before `endMs`, UTC milliseconds. */
export function sliceTimes({
  startMs,
  endMs,
  shiftMs,
}: Pick<EvaluationSettings, "startMs" | "endMs" | "shiftMs">): Float64Array {
  const times = new Float64Array(Math.ceil((endMs - startMs) / shiftMs));
  for (let i = 0; i < times.length; i++) times[i] = startMs + i * shiftMs;
  return times;
}
