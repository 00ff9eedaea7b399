/**
 * Calls back once the present turn and all its promises are over, before the next frame. Not a timer: browsers
 * slow those down on a hidden page, and a notebook goes on while one reads another.
 */
export const soon: (callback: () => void) => void = immediate() ?? channel();

function immediate(): ((callback: () => void) => void) | undefined {
  const setImmediate: unknown = Reflect.get(globalThis, "setImmediate");
  return typeof setImmediate === "function" ? (setImmediate as (callback: () => void) => void) : undefined;
}

function channel(): (callback: () => void) => void {
  const { port1, port2 } = new MessageChannel();
  const callbacks: (() => void)[] = [];
  port1.onmessage = () => callbacks.shift()?.();
  return (callback) => {
    callbacks.push(callback);
    port2.postMessage(undefined);
  };
}
