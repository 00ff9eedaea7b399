import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unpackLz4 } from "#server/lake/import/lz4.ts";

/** Packed by the reference program (`lz4 -1`): 400 repetitive texts, then bytes without a pattern. */
const PACKED = Buffer.from(
  "BCJNGGRApwwBAACTY2FuZGxlIDAsCQAUMQkAFDIJABQzCQAUNAkAFDUJABQ2CQAUNwkAFDgJABQ5CQAWMVsABVwAFTFdABUxXgAVMV8AFTFgABUxYQAVMWIAFTFjABUxZAAVMmQAFTJkABUyZAAVMmQAFTJkABUyZAAVMmQAFTJkABUyZAAVMmQAFTNkABUzZAAVM2QAFTNkABUzZAAVM2QAFTNkAAVFAAVEAAZDAAQyAQVBAAVAAAU/AAWiAAWhAAWgAA9oAf////////////////9j8DFEIII8/ebxwmsw+Q7H3QHkiHU0og8LDQTDbtgOceD9d7B2cOuUC9UzX5c9qthhm5H/yRH1fM7UWLu/LOA3U8m9AAAAAIXHI74=",
  "base64",
);
const LENGTH = 3954;

describe("an LZ4 frame", () => {
  test("packed by the reference program unpacks to what was packed", () => {
    const unpacked = Buffer.from(unpackLz4(PACKED, LENGTH));
    const texts = Array.from({ length: 400 }, (_, i) => `candle ${i % 37},`).join("");
    expect(unpacked.subarray(0, texts.length).toString("latin1")).toBe(texts);
    expect(unpacked.subarray(texts.length)).toEqual(PACKED.subarray(PACKED.length - 72, PACKED.length - 8));
  });

  test("that is cut off anywhere, or says another length, is an error and not an endless loop", () => {
    for (let cut = 0; cut < PACKED.length - 8; cut++) {
      expect(() => unpackLz4(PACKED.subarray(0, cut), LENGTH), `cut at ${cut}`).toThrow(RangeError);
    }
    expect(() => unpackLz4(PACKED, LENGTH - 1)).toThrow(RangeError);
    expect(() => unpackLz4(PACKED, LENGTH + 1)).toThrow(RangeError);
  });

  test("with any byte changed either unpacks to as many bytes or is an error", () => {
    fc.assert(
      fc.property(fc.nat(PACKED.length - 1), fc.nat(255), (at, value) => {
        const broken = Uint8Array.from(PACKED);
        broken[at] = value;
        let unpacked: Uint8Array;
        try {
          unpacked = unpackLz4(broken, LENGTH);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        expect(unpacked.length).toBe(LENGTH);
      }),
      { numRuns: 500 },
    );
  });
});
