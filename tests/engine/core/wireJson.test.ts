import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBase64, encodeBase64 } from "#engine/core/base64.ts";
import { parseWire, stringifyWire } from "#engine/core/wireJson.ts";

describe("base64", () => {
  test("is that of Node, and comes back as it was", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = encodeBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64"));
        expect(decodeBase64(text)).toEqual(bytes);
      }),
    );
  });

  test("a long column is one text", () => {
    const bytes = Uint8Array.from({ length: 100_001 }, (_, i) => (i * 7) & 255);
    expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
  });

  test.each(["abc", "ab=c", "a$bc", "====", "abcdé==="])("%s is none", (text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });
});

describe("JSON over the wire", () => {
  test("numbers that JSON has not, columns and plain data come back as they were", () => {
    const value = {
      list: [1, Number.NaN, Infinity, -Infinity, null, "NaN", true],
      prices: Float64Array.of(1.5, Number.NaN, -0, 1e300),
      returns: Float32Array.of(0.1, Number.NaN, -0),
      codes: Int32Array.of(-1, 0, 2 ** 30),
      none: new Float64Array(0),
      deep: { a: { b: Float64Array.of(7) } },
    };
    expect(parseWire(stringifyWire(value))).toEqual(value);
  });

  test("a record that only looks like a number or a column stays a record", () => {
    for (const value of [
      { $number: "7" },
      { $number: "NaN", other: 1 },
      { $float64: "abc" },
      { $int32: 3 },
    ]) {
      expect(parseWire(stringifyWire(value))).toEqual(value);
    }
  });
});
