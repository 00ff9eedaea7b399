/**
 * Stops a worker's file that was loaded into a window. A notebook may put any of our files into a nested frame as
 * a script and send it messages; what does as messages say would there act among a window's globals, which hold
 * more than a worker's.
 */
export function requireWorker(scope: object = globalThis): void {
  if (!("importScripts" in scope)) throw new Error("This file works in a worker, not in a window.");
}
