/** What the benchmark puts into every frame of the page; times are UTC milliseconds, so that frames can be compared. */
export type Stopwatch = {
  now(): number;
  /** When `test` first held and the frame in which it did was painted. */
  painted(test: () => unknown): Promise<number>;
  /** Strokes on any canvas so far: a chart that was painted again has more. */
  strokes: number;
  /** The longest main-thread task since it was last set to 0, milliseconds; 0 where none took over 50. */
  longestTask: number;
};

declare global {
  var stopwatch: Stopwatch;
}

/** Runs in the page, before any of its own code. */
export function installStopwatch(): void {
  const LOOK_MS = 5;
  const now = (): number => performance.timeOrigin + performance.now();
  globalThis.stopwatch = {
    now,
    painted: (test) =>
      new Promise((resolve) => {
        const look = (): void => {
          // Looking in every frame would have the page painted all the while, for nobody but us.
          if (!test()) setTimeout(look, LOOK_MS);
          // What holds before a frame is painted stands in it; a timer runs once it is.
          else requestAnimationFrame(() => setTimeout(() => resolve(now())));
        };
        look();
      }),
    strokes: 0,
    longestTask: 0,
  };
  const stroke = CanvasRenderingContext2D.prototype.stroke as (path?: Path2D) => void;
  CanvasRenderingContext2D.prototype.stroke = function (this: CanvasRenderingContext2D, ...path: []) {
    stopwatch.strokes++;
    stroke.apply(this, path);
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries())
      stopwatch.longestTask = Math.max(stopwatch.longestTask, duration);
  }).observe({ type: "longtask" });
}
