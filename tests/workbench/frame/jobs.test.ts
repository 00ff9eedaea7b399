import { expect, test } from "vitest";
import { Jobs } from "#workbench/frame/jobs.ts";

function jobs() {
  let shown: string[] = [];
  const all = new Jobs(
    (list) => {
      shown = list.map(({ title }) => title);
    },
    () => 0,
  );
  return { all, shown: () => shown };
}

test("a job is listed from its beginning to its end", () => {
  const { all, shown } = jobs();
  const job = all.begin("Evaluate", 3, new AbortController().signal);
  expect(shown()).toEqual(["Evaluate"]);
  job.end();
  expect(shown()).toEqual([]);
});

test("a job that is stopped, or whose cell runs anew, leaves the list at once", () => {
  const { all, shown } = jobs();
  const cell = new AbortController();
  const replaced = all.begin("first", 3, cell.signal);
  cell.abort();
  expect([replaced.signal.aborted, shown()]).toEqual([true, []]);
  const stopped = all.begin("second", 3, new AbortController().signal);
  all.stop("job-2");
  expect([stopped.signal.aborted, shown()]).toEqual([true, []]);
  stopped.end();
  expect(shown()).toEqual([]);
});
