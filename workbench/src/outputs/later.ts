import { drawSoon } from "./drawQueue.ts";
import { element, type Output } from "./element.ts";

/** A place that fills itself when the page has a moment; `heightPx` is kept free for it until then. */
export function later(make: () => Output, heightPx = 0): Output {
  const root = element("div", { style: heightPx > 0 ? `min-height:${heightPx}px` : undefined });
  let made: Output | undefined;
  let isOver = false;
  drawSoon(() => {
    if (isOver) return;
    made = make();
    root.replaceChildren(made);
    root.style.minHeight = "";
  });
  return Object.assign(root, {
    destroy: () => {
      isOver = true;
      made?.destroy();
    },
  });
}
