/**
 * The browser's small store, which may be full, switched off or emptied at any time: reading then gives
 * undefined and writing says that it failed, so that callers can do without.
 */
export type KeptText = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

const PREFIX = "walkforward.";

export function readKept<T>(key: string, store: KeptText | undefined = browserStore()): T | undefined {
  try {
    const text = store?.getItem(PREFIX + key);
    return text == null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined; // Text of another version or a store that is switched off: the same as nothing kept.
  }
}

/** False when the text could not be kept (a full or forbidden store). */
export function keep(key: string, value: unknown, store: KeptText | undefined = browserStore()): boolean {
  try {
    store?.setItem(PREFIX + key, JSON.stringify(value));
    return store !== undefined;
  } catch {
    return false;
  }
}

export function forget(key: string, store: KeptText | undefined = browserStore()): void {
  store?.removeItem(PREFIX + key);
}

/** The keys that begin with `start`, without the common prefix. */
export function keptKeys(start: string, store: KeptText | undefined = browserStore()): string[] {
  const keys: string[] = [];
  for (let i = 0; i < (store?.length ?? 0); i++) {
    const key = store?.key(i);
    if (key?.startsWith(PREFIX + start)) keys.push(key.slice(PREFIX.length));
  }
  return keys.sort();
}

function browserStore(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined; // Blocked by the browser's settings.
  }
}
