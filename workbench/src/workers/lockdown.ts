import { EngineError } from "#engine/core/errors.ts";

/**
 * What a strategy has no business with: the network, storage, other workers, timers, the way back to the page, and
 * everything that answers differently the next time. The frame's policy refuses the first of these anyway; here a
 * mistake gets a clear error, and the same inputs the same numbers.
 */
const FORBIDDEN: Readonly<Record<string, string>> = {
  ...because("a strategy has no network; give it the data as candles", [
    "fetch",
    "fetchLater",
    "XMLHttpRequest",
    "WebSocket",
    "WebSocketStream",
    "WebTransport",
    "EventSource",
    "RTCPeerConnection",
    "webkitRTCPeerConnection",
    "RTCDataChannel",
    "importScripts",
    "navigator",
    "location",
    "Notification",
  ]),
  ...because("a strategy has no storage; its memory is `state`", [
    "indexedDB",
    "caches",
    "cookieStore",
    "FileReaderSync",
    "FileSystemFileHandle",
    "webkitRequestFileSystem",
    "webkitRequestFileSystemSync",
    "webkitResolveLocalFileSystemURL",
    "webkitResolveLocalFileSystemSyncURL",
  ]),
  ...because("a strategy speaks only through what it returns", [
    "BroadcastChannel",
    "MessageChannel",
    "Worker",
    "SharedWorker",
    "postMessage",
    "close",
    "onmessage",
    "reportError",
  ]),
  ...because("a strategy runs when it is asked; it cannot wait", [
    "setTimeout",
    "setInterval",
    "requestAnimationFrame",
    "scheduler",
  ]),
  ...because("a strategy has no clock; use `market.time`", [
    "performance",
    "Temporal",
    "Event",
    "CustomEvent",
  ]),
  ...because("its answers depend on the machine and the day", ["Intl"]),
  ...because("a strategy's chance is seeded; use the `random` that decide is given", ["crypto", "Crypto"]),
};

/** Takes all of that out of a worker's global scope, for good. Whoever still needs any of it keeps it before. */
export function lockDown(scope: object): void {
  for (const [name, reason] of Object.entries(FORBIDDEN)) forbid(scope, name, reason);
  Math.random = () => refuse("Math.random()", FORBIDDEN.crypto);
  fixDate(scope);
}

/** Wherever on the scope's prototype chain a name lives: the prototype's own would still be in reach. */
function forbid(scope: object, name: string, reason: string): void {
  const closed: PropertyDescriptor = { get: () => refuse(name, reason), configurable: false };
  if (!(name in scope)) return;
  for (let owner: object | null = scope; owner !== null; owner = Object.getPrototypeOf(owner)) {
    const property = Object.getOwnPropertyDescriptor(owner, name);
    if (property?.configurable) Object.defineProperty(owner, name, closed);
  }
  if (!Object.hasOwn(scope, name)) Object.defineProperty(scope, name, closed);
}

/** Dates can be read and made from numbers; the present is not to be had. */
function fixDate(scope: object): void {
  const TrueDate = Date;
  const present = FORBIDDEN.performance;
  function FixedDate(this: unknown, ...parts: unknown[]): Date {
    if (new.target === undefined || parts.length === 0) return refuse("the present date", present);
    return Reflect.construct(TrueDate, parts, new.target);
  }
  FixedDate.prototype = TrueDate.prototype;
  FixedDate.now = () => refuse("Date.now()", present);
  FixedDate.UTC = TrueDate.UTC;
  FixedDate.parse = TrueDate.parse;
  Object.defineProperty(TrueDate.prototype, "constructor", { value: FixedDate });
  Object.defineProperty(TrueDate, "now", { value: FixedDate.now });
  Object.defineProperty(scope, "Date", { value: FixedDate });
}

function refuse(name: string, reason: string): never {
  throw new EngineError("strategy.forbidden", `${name} is not there for a strategy: ${reason}.`, { name });
}

function because(reason: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, reason]));
}
