import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EngineError } from "#engine/core/errors.ts";
import { Hasher, hashBytes, hashPlain, hashText, utf8 } from "#engine/core/hash.ts";

/** The canonical form written down naively, hashed by Node. */
class NaiveHasher {
  #parts: Buffer[] = [];
  number(value: number): this {
    const bytes = Buffer.alloc(8);
    if (Number.isNaN(value)) bytes.writeBigUInt64LE(0x7ff8000000000000n);
    else bytes.writeDoubleLE(Object.is(value, -0) ? 0 : value);
    this.#parts.push(bytes);
    return this;
  }
  text(value: string): this {
    const bytes = Buffer.from(value, "utf8");
    this.number(bytes.length).#parts.push(bytes);
    return this;
  }
  column(values: ArrayLike<number>): this {
    this.number(values.length);
    for (const value of Array.from(values)) this.number(value);
    return this;
  }
  hex(): string {
    return createHash("sha256").update(Buffer.concat(this.#parts)).digest("hex");
  }
}

describe("hash", () => {
  it("gives SHA-256's published values", () => {
    // NIST FIPS 180-2, appendix B.
    expect(hashText("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(hashText("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(hashBytes(Uint8Array.of(97, 98, 99))).toBe(hashText("abc"));
  });

  it("encodes text as UTF-8 like the platform does, lone surrogates included", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary-ascii" }), (a, b) => {
        const text = `${a}\ud800${b}`;
        expect(utf8(text)).toEqual(new TextEncoder().encode(text));
      }),
    );
    expect(utf8("\udc00é€😀")).toEqual(new TextEncoder().encode("\udc00é€😀"));
  });

  it("equals the canonical form written naively and hashed by Node", () => {
    const field = fc.oneof(
      fc.double(),
      fc.string({ unit: "binary" }),
      fc.float64Array({ maxLength: 3000 }),
      fc.constantFrom(0, -0, Number.NaN, "x".repeat(9000)),
    );
    fc.assert(
      fc.property(fc.array(field, { maxLength: 40 }), (fields) => {
        const ours = new Hasher();
        const naive = new NaiveHasher();
        for (const value of fields) {
          for (const hasher of [ours, naive]) {
            if (typeof value === "number") hasher.number(value);
            else if (typeof value === "string") hasher.text(value);
            else hasher.column(value);
          }
        }
        expect(ours.hex()).toBe(naive.hex());
      }),
    );
  });

  it("takes every NaN for one NaN and −0 for 0", () => {
    const otherNaN = new Float64Array(new BigUint64Array([0xfff8000000000123n]).buffer);
    expect(new Hasher().column(otherNaN).hex()).toBe(new Hasher().column(Float64Array.of(Number.NaN)).hex());
    expect(new Hasher().number(-0).hex()).toBe(new Hasher().number(0).hex());
    expect(new Hasher().column(Float64Array.of(1, -0)).hex()).toBe(
      new Hasher().column(Float64Array.of(1, 0)).hex(),
    );
  });

  it("hashes a part of a column as a column of its own", () => {
    const whole = Float64Array.from({ length: 5000 }, (_, i) => i / 7);
    expect(new Hasher().column(whole.subarray(100, 4000)).hex()).toBe(
      new Hasher().column(whole.slice(100, 4000)).hex(),
    );
  });

  it("keeps neighbouring fields apart", () => {
    expect(new Hasher().text("ab").text("c").hex()).not.toBe(new Hasher().text("a").text("bc").hex());
    expect(hashPlain([[1], 2])).not.toBe(hashPlain([[1, 2]]));
    expect(hashPlain("1")).not.toBe(hashPlain(1));
    expect(hashPlain({})).not.toBe(hashPlain([]));
    expect(hashPlain(null)).not.toBe(hashPlain(undefined));
  });

  it("does not depend on the order of an object's keys, nor on keys that are undefined", () => {
    expect(hashPlain({ a: 1, b: [true, null], c: undefined })).toBe(hashPlain({ b: [true, null], a: 1 }));
  });

  it("refuses what is not plain data", () => {
    expect(() => hashPlain({ f: () => 1 })).toThrowError(EngineError);
    expect(() => hashPlain(1n)).toThrowError(expect.objectContaining({ code: "hash.not-plain" }));
  });
});
