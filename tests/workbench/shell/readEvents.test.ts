import { expect, test } from "vitest";
import { readEvents } from "#workbench/data/api.ts";

const stream = (parts: readonly string[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });

async function read(parts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  await readEvents(stream(parts), (data) => found.push(data));
  return found;
}

test("events are whole however the network cuts them", async () => {
  const text =
    'event: job\nid: 1\ndata: {"a":1}\n\n: comment\n\nevent: alive\ndata: \n\ndata: two\ndata: lines\n\n';
  const whole = ['{"a":1}', "two\nlines"];
  expect(await read([text])).toEqual(whole);
  expect(await read([...text])).toEqual(whole);
});

test("an event that was cut off at the end is not read", async () => {
  expect(await read(["data: done\n\ndata: half"])).toEqual(["done"]);
});
