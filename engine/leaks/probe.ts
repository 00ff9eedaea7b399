import { type LeakProbeOptions, probing } from "./probing.ts";
import type { LeakReport } from "./report.ts";
import type { RunOutcome } from "./stages.ts";
import type { ProbeInput, Subject, SubjectFactory } from "./subject.ts";

/**
 * Puts a subject through the leak probe: runs it on everything, on shortened and on changed futures, compares the past,
 * and says of each column whether it sees what comes after it, from which row on, by how much, how far ahead and
 * through which input.
 *
 * A subject is a function, or a factory where what one call leaves behind must not reach the next. A subject that fails
 * on a shortened or changed input (too few rows, numbers that are not there) says nothing at that cut; one that fails
 * on the whole input throws.
 */
export function leakProbe(
  subject: Subject | SubjectFactory,
  input: ProbeInput,
  options: LeakProbeOptions = {},
): LeakReport {
  const create = typeof subject === "function" ? () => subject : subject.create;
  const kept = create();
  const steps = probing(input, options);
  let step = steps.next();
  while (!step.done) {
    const { input: given, instance } = step.value;
    step = steps.next(run(instance === "kept" ? kept : create(), given));
  }
  return step.value;
}

/** Runs a subject once; what it throws is an outcome. */
export function run(subject: Subject, input: ProbeInput): RunOutcome {
  try {
    return { answer: subject(input) };
  } catch (failed) {
    return { failed };
  }
}
