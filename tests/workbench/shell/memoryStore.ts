import type { KeptText } from "#workbench/state/storage.ts";

/** A store in memory; with a limit in characters it refuses what is too much, as browsers do. */
export function memoryStore(limit = Number.POSITIVE_INFINITY): KeptText & { size(): number } {
  const texts = new Map<string, string>();
  const size = () => [...texts].reduce((sum, [key, text]) => sum + key.length + text.length, 0);
  return {
    size,
    getItem: (key) => texts.get(key) ?? null,
    setItem(key, text) {
      if (size() + key.length + text.length > limit) throw new Error("QuotaExceededError");
      texts.set(key, text);
    },
    removeItem: (key) => void texts.delete(key),
    key: (index) => [...texts.keys()][index] ?? null,
    get length() {
      return texts.size;
    },
  };
}
