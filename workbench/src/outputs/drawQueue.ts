import { nextTask } from "../workers/slices.ts";

/**
 * Drawing, one piece to a task: a page of a dozen plots appears piece by piece from the top, and the page answers in
 * between.
 */
const waiting: (() => void)[] = [];
let isRunning = false;

/** Draws when what was asked for before is drawn. */
export function drawSoon(draw: () => void): void {
  waiting.push(draw);
  if (!isRunning) void run();
}

async function run(): Promise<void> {
  isRunning = true;
  try {
    for (let draw = waiting.shift(); draw !== undefined; draw = waiting.shift()) {
      await nextTask();
      draw();
    }
  } finally {
    isRunning = false;
    // A drawing that throws is told as any uncaught error; the ones behind it are not to suffer.
    if (waiting.length > 0) void run();
  }
}
