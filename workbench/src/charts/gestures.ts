/** What gestures do to a chart; shares are of its width, factors of the span in view. */
export type GestureTarget = {
  /** Moves the view by a share of itself, positive towards later. */
  pan(share: number): void;
  zoom(factor: number, at: number): void;
  toStart(): void;
  toEnd(): void;
};

const WHEEL_ZOOM = 0.0018;
const KEY_PAN = 0.1;

/**
 * Wheel, drag, touch and keys. The wheel zooms while the chart has the focus or Ctrl is held (a pinch on a touchpad
 * arrives so), otherwise the page scrolls on: a chart in the middle of a notebook must not catch the reader.
 */
export function listenToGestures(
  root: HTMLElement,
  stage: HTMLElement,
  plotWidth: () => number,
  target: GestureTarget,
): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  const place = (clientX: number): number =>
    Math.min(Math.max((clientX - stage.getBoundingClientRect().left) / Math.max(1, plotWidth()), 0), 1);
  const pointers = new Map<number, number>();

  stage.addEventListener(
    "wheel",
    (event) => {
      const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      if (isSideways) target.pan(((event.deltaX || event.deltaY) * lines) / Math.max(1, plotWidth()));
      else if (event.ctrlKey || event.metaKey || root.matches(":focus-within")) {
        // A touchpad's pinch comes in much smaller steps than a wheel.
        const speed = event.ctrlKey && Math.abs(event.deltaY) < 40 ? 6 * WHEEL_ZOOM : WHEEL_ZOOM;
        target.zoom(Math.exp(event.deltaY * lines * speed), place(event.clientX));
      } else return;
      event.preventDefault();
    },
    { passive: false, signal },
  );

  stage.addEventListener(
    "pointerdown",
    (event) => {
      // Beyond the plot lies the price axis; what is no canvas is the edge between two panes.
      const isPlot = event.clientX - stage.getBoundingClientRect().left < plotWidth();
      if (event.button !== 0 || !isPlot || !(event.target instanceof HTMLCanvasElement)) return;
      pointers.set(event.pointerId, event.clientX);
      root.classList.add("is-dragged");
    },
    { signal },
  );
  window.addEventListener(
    "pointermove",
    (event) => {
      const before = pointers.get(event.pointerId);
      if (before === undefined) return;
      if (pointers.size === 1) target.pan((before - event.clientX) / Math.max(1, plotWidth()));
      else pinch(event.pointerId, before, event.clientX);
      pointers.set(event.pointerId, event.clientX);
    },
    { signal },
  );
  const lift = (event: PointerEvent): void => {
    pointers.delete(event.pointerId);
    if (pointers.size === 0) root.classList.remove("is-dragged");
  };
  window.addEventListener("pointerup", lift, { signal });
  window.addEventListener("pointercancel", lift, { signal });

  /** Two fingers: what lies between them stays between them. */
  function pinch(moved: number, before: number, after: number): void {
    const other = [...pointers].find(([id]) => id !== moved)?.[1];
    if (other === undefined) return;
    const gap = Math.max(20, Math.abs(before - other));
    target.zoom(gap / Math.max(20, Math.abs(after - other)), place(other));
  }

  root.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target !== root) return;
      const pan = event.shiftKey ? 0.9 : KEY_PAN;
      const keys: Record<string, () => void> = {
        ArrowLeft: () => target.pan(-pan),
        ArrowRight: () => target.pan(pan),
        "+": () => target.zoom(0.8, 0.5),
        "=": () => target.zoom(0.8, 0.5),
        "-": () => target.zoom(1.25, 0.5),
        "−": () => target.zoom(1.25, 0.5),
        Home: target.toStart,
        End: target.toEnd,
      };
      const act = keys[event.key];
      if (act === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    },
    { signal },
  );
  return () => ended.abort();
}
