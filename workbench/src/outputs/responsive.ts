import { drawSoon } from "./drawQueue.ts";
import { element, type Output } from "./element.ts";

/** An element that draws itself for the width it has, and again when that changes. */
export function responsive(draw: (width: number) => Element, className = ""): Output {
  const root = element("div", { class: className });
  let drawnFor = 0;
  const observer = new ResizeObserver(() => {
    const width = Math.floor(root.clientWidth);
    if (width === 0 || width === drawnFor) return;
    drawnFor = width;
    // Drawing changes the height, which must not happen while the browser tells of sizes.
    drawSoon(() => {
      if (width === drawnFor) root.replaceChildren(draw(width));
    });
  });
  observer.observe(root);
  return Object.assign(root, { destroy: () => observer.disconnect() });
}
