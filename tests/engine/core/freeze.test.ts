import { describe, expect, it } from "vitest";
import { freezeDeep } from "#engine/core/freeze.ts";

describe("freezeDeep", () => {
  it("freezes what hangs on a value, through records, lists, functions, classes and accessors", () => {
    class Shape {
      static made = { count: 0 };
      grow(): void {}
    }
    const read = Object.assign(() => 1, { note: { text: "" } });
    const value = {
      list: [{ deep: true }],
      Shape,
      get read() {
        return read();
      },
      read2: read,
    };
    expect(freezeDeep(value)).toBe(value);
    for (const part of [
      value,
      value.list,
      value.list[0],
      Shape,
      Shape.prototype,
      Shape.prototype.grow,
      Shape.made,
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    expect(Object.isFrozen(read.note)).toBe(true);
    const { get } = Object.getOwnPropertyDescriptor(value, "read") ?? {};
    expect(Object.isFrozen(get)).toBe(true);
  });

  it("comes to an end in a circle, and leaves columns and JavaScript's own things as they are", () => {
    const circle: { self?: unknown; column: Float64Array } = { column: Float64Array.of(1) };
    circle.self = circle;
    freezeDeep(circle);
    circle.column[0] = 2;
    expect(circle.column[0]).toBe(2);
    expect([Object.prototype, Function.prototype, Array.prototype].map(Object.isFrozen)).toEqual([
      false,
      false,
      false,
    ]);
  });
});
