import { tableFromArrays, tableFromIPC, tableToIPC } from "apache-arrow";
import fc from "fast-check";
import { expect, test } from "vitest";
import { joinStreams } from "#workbench/data/ipcStreams.ts";

const rows = fc.array(fc.double({ noNaN: true }), { maxLength: 20 });

test("streams of one schema, joined, read as their rows in order", () => {
  fc.assert(
    fc.property(fc.array(rows, { minLength: 1, maxLength: 6 }), (lists) => {
      const streams = lists.map((list) =>
        tableToIPC(
          tableFromArrays({ x: Float64Array.from(list), n: Int32Array.from(list.keys()) }),
          "stream",
        ),
      );
      const table = tableFromIPC(joinStreams(streams));
      expect([...(table.getChild("x") ?? [])]).toEqual(lists.flat());
      expect([...(table.getChild("n") ?? [])]).toEqual(lists.flatMap((list) => [...list.keys()]));
    }),
  );
});

test("a stream inside a larger buffer is joined from where it begins", () => {
  const stream = tableToIPC(tableFromArrays({ x: Float64Array.of(1, 2) }), "stream");
  const larger = new Uint8Array(stream.length + 16).fill(7);
  larger.set(stream, 8);
  const table = tableFromIPC(joinStreams([stream, larger.subarray(8, 8 + stream.length)]));
  expect([...(table.getChild("x") ?? [])]).toEqual([1, 2, 1, 2]);
});
