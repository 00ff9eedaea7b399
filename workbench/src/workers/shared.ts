import { EngineError } from "#engine/core/errors.ts";

/** What all code of a worker shares; through these everything that JavaScript itself brings is reached. */
const ROOTS =
  "Object Function Array Float64Array Float32Array Int32Array Uint8Array ArrayBuffer DataView Map Set WeakMap WeakSet " +
  "Number String Boolean Symbol BigInt Math JSON Reflect Proxy Promise RegExp Date Error TypeError RangeError " +
  "MessagePort EventTarget MessageEvent";

type Kept = { name: string; owner: object; keys: (string | symbol)[]; properties: PropertyDescriptor[] };

// Kept before any strategy runs: one that changed these could hide what it changed.
const { ownKeys, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
const { is } = Object;

/**
 * Looks at what all code shares and returns a check: it throws `strategy.changed-shared` when any of it is not what
 * it was. A strategy that changes a method of all arrays would change its own numbers and those of whatever is
 * evaluated after it in the same worker. (To freeze it all makes an evaluation three times as slow.)
 */
export function watchShared(scope: object): () => void {
  const kept: Kept[] = [];
  const seen = new Set<object>([scope]);
  const look = (name: string, owner: unknown): void => {
    if ((typeof owner !== "object" && typeof owner !== "function") || owner === null || seen.has(owner))
      return;
    seen.add(owner);
    const keys = ownKeys(owner);
    const properties = keys.map((key) => getOwnPropertyDescriptor(owner, key) as PropertyDescriptor);
    kept.push({ name, owner, keys, properties });
    keys.forEach((key, i) => {
      const { value, get, set } = properties[i];
      for (const part of [value, get, set]) look(`${name}.${String(key)}`, part);
    });
    look(`the prototype of ${name}`, getPrototypeOf(owner));
  };
  for (const name of ROOTS.split(" ")) look(name, Reflect.get(scope, name));
  look("generators", function* () {}.constructor);
  look("iterators", [][Symbol.iterator]());
  const globals = ownKeys(scope);
  const values = globals.map((key) => getOwnPropertyDescriptor(scope, key) as PropertyDescriptor);
  kept.push({ name: "globalThis", owner: scope, keys: globals, properties: values });

  return () => {
    for (let i = 0; i < kept.length; i++) {
      const { name, owner, keys, properties } = kept[i];
      const now = ownKeys(owner);
      for (let k = 0; k < now.length || k < keys.length; k++) {
        const same = now[k] === keys[k] && isSame(getOwnPropertyDescriptor(owner, keys[k]), properties[k]);
        if (!same) throw changed(`${name}.${String(keys[k] ?? now[k])}`);
      }
    }
  };
}

function isSame(now: PropertyDescriptor | undefined, before: PropertyDescriptor): boolean {
  return now !== undefined && is(now.value, before.value) && now.get === before.get && now.set === before.set;
}

/** What carries messages may not be changed at all: through it the answers of the worker could be forged. */
export function freezeMessages(): void {
  for (const { prototype } of [MessagePort, EventTarget, MessageEvent]) Object.freeze(prototype);
}

function changed(name: string): EngineError {
  return new EngineError(
    "strategy.changed-shared",
    `The strategy changed ${name}, which all code shares; its numbers would not come out the same elsewhere. ` +
      "Write a function of your own and call that. The worker was replaced.",
    { name },
  );
}
