import { describe, expect, test } from "vitest";
import { BINDINGS, Keyboard, keyLabel, type Press, SEQUENCE_MS } from "#workbench/frame/keys.ts";

function press(key: string, changes: Partial<Press> = {}): Press {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, timeStamp: 0, ...changes };
}

describe("keyboard", () => {
  test("a key in command mode is an action and the same key in a text is not", () => {
    expect(new Keyboard(false).action(press("a"), "command")).toBe("insertAbove");
    expect(new Keyboard(false).action(press("a"), "edit")).toBeUndefined();
  });

  test("D deletes when pressed twice in time, not once and not too late", () => {
    const keyboard = new Keyboard(false);
    expect(keyboard.action(press("d"), "command")).toBeUndefined();
    expect(keyboard.action(press("d", { timeStamp: 200 }), "command")).toBe("delete");
    expect(keyboard.action(press("d", { timeStamp: 300 }), "command")).toBeUndefined();
    expect(keyboard.action(press("d", { timeStamp: 301 + SEQUENCE_MS }), "command")).toBeUndefined();
  });

  test("another key between the two starts anew", () => {
    const keyboard = new Keyboard(false);
    keyboard.action(press("i"), "command");
    keyboard.action(press("j", { timeStamp: 50 }), "command");
    expect(keyboard.action(press("i", { timeStamp: 100 }), "command")).toBeUndefined();
  });

  test("Mod is Ctrl on one machine and ⌘ on another", () => {
    expect(new Keyboard(false).action(press("Enter", { ctrlKey: true }), "edit")).toBe("run");
    expect(new Keyboard(false).action(press("Enter", { metaKey: true }), "edit")).toBeUndefined();
    expect(new Keyboard(true).action(press("Enter", { metaKey: true }), "edit")).toBe("run");
    expect(keyLabel("Mod+Enter", true)).toBe("⌘ Enter");
  });

  test("shift tells undo from redo, whether or not Caps Lock makes the letter large", () => {
    expect(new Keyboard(false).action(press("z"), "command")).toBe("undo");
    expect(new Keyboard(false).action(press("Z"), "command")).toBe("undo");
    expect(new Keyboard(false).action(press("Z", { shiftKey: true }), "command")).toBe("redo");
  });

  test("a question mark is its own key on every layout", () => {
    expect(new Keyboard(false).action(press("?", { shiftKey: true }), "command")).toBe("help");
  });

  test("no key means two things in one mode", () => {
    for (const mode of ["command", "edit"] as const) {
      const keys = BINDINGS.filter(({ modes }) => modes.includes(mode)).flatMap((binding) => binding.keys);
      expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
    }
  });
});
