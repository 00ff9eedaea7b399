import type { Embargo } from "./embargo.ts";
import type { SampleRange } from "./groups.ts";
import type { LabelSpans } from "./labels.ts";
import { ROLE } from "./splitPlan.ts";

/**
 * What testing one range of neighbouring samples makes of all samples (AFML ch. 7.4): the range is the test, samples whose
 * label overlaps any label of it are purged, and after the end of its labels comes the embargo.
 *
 * Since samples are in order of `t0`, one before the range overlaps it when it ends at or after the range's first `t0`, and
 * one behind the range when it begins at or before the latest `t1` of the range.
 */
export function rolesAround(range: SampleRange, { t0, t1 }: LabelSpans, embargo: Embargo): Uint8Array {
  const { start, end } = range;
  const roles = new Uint8Array(t0.length);
  const firstT0 = t0[start];
  let lastT1 = t1[start];
  for (let i = start; i < end; i++) {
    roles[i] = ROLE.test;
    if (t1[i] > lastT1) lastT1 = t1[i];
  }
  for (let i = 0; i < start; i++) if (t1[i] >= firstT0) roles[i] = ROLE.purged;
  let next = end;
  while (next < t0.length && t0[next] <= lastT1) roles[next++] = ROLE.purged;
  const embargoEnd = Math.min(next + embargo.count, t0.length);
  while (next < t0.length && (next < embargoEnd || (embargo.ms > 0 && t0[next] <= lastT1 + embargo.ms))) {
    roles[next++] = ROLE.embargoed;
  }
  return roles;
}
