import { expect, test } from "vitest";
import { Random } from "#engine/core/random.ts";
import { Words } from "#engine/montecarlo/words.ts";

test("many words at a time are those that the stream gives one by one, and go on where they ended", () => {
  const random = Random.seeded("words").stream("one by one");
  const words = new Words(random);
  const parts = [5, 1, 0, 300].map((count) => {
    const out = new Uint32Array(count);
    words.fill(out);
    return [...out];
  });
  expect(parts.flat()).toEqual(Array.from({ length: 306 }, () => random.uint32()));
});
