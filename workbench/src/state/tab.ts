/**
 * This tab's name, kept through a reload, and which other tabs are alive. A tab holds a lock under its name as
 * long as it lives, however it ends; a tab that was duplicated finds its copied name taken and gets a new one.
 */
const SESSION_KEY = "walkforward.tab";
const LOCK = "walkforward-tab-";

function newName(): string {
  return crypto.getRandomValues(new Uint32Array(2)).join("");
}

async function holdName(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    void navigator.locks.request(LOCK + name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      // Never settled: the lock goes when the tab goes.
      return lock === null ? undefined : new Promise(() => undefined);
    });
  });
}

async function claimName(): Promise<string> {
  // Locks exist on secure origins only, which loopback is; a remote plain-HTTP host does without.
  if (!("locks" in navigator)) return newName();
  const kept = sessionStorage.getItem(SESSION_KEY);
  if (kept !== null && (await holdName(kept))) return kept;
  const name = newName();
  await holdName(name);
  sessionStorage.setItem(SESSION_KEY, name);
  return name;
}

let claimed: Promise<string> | undefined;
export const tabName = (): Promise<string> => (claimed ??= claimName());

export async function livingTabs(): Promise<Set<string>> {
  if (!("locks" in navigator)) return new Set();
  const { held = [] } = await navigator.locks.query();
  return new Set(held.flatMap(({ name }) => (name?.startsWith(LOCK) ? [name.slice(LOCK.length)] : [])));
}
