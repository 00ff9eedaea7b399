import { element, freshId } from "../element.ts";

/** One row that has something to say: the row itself, and the words. */
export type TipRow = { readonly row: HTMLElement; readonly words: string };

/**
 * Words under the row that one points at, focuses or taps: one element for all of them. The rows are one stop of the tab
 * key, and the arrow keys go from one to the next; Escape takes the words away.
 */
export function rowTips(root: HTMLElement, rows: readonly TipRow[]): () => void {
  const tip = element("div", { class: "wf-row-tip", id: freshId("wf-tip"), role: "tooltip", hidden: true });
  root.append(tip);
  const controller = new AbortController();
  const places = new Map<Element, number>(rows.map(({ row }, i) => [row, i]));
  const rowOf = (target: EventTarget | null): number | undefined => {
    const row = target instanceof Element ? target.closest("[data-tip]") : null;
    return row === null ? undefined : places.get(row);
  };
  let shown = -1;
  const hide = (): void => {
    if (shown >= 0) rows[shown].row.removeAttribute("aria-describedby");
    shown = -1;
    tip.hidden = true;
  };
  const show = (place: number): void => {
    if (place === shown) return;
    hide();
    const { row, words } = rows[place];
    tip.textContent = words;
    tip.hidden = false;
    row.setAttribute("aria-describedby", tip.id);
    shown = place;
    const [around, at] = [root.getBoundingClientRect(), row.getBoundingClientRect()];
    // Inside the section to the right as well: the tip is wider than a row.
    tip.style.left = `${Math.max(0, Math.min(at.left - around.left, around.width - tip.offsetWidth))}px`;
    tip.style.top = `${at.bottom - around.top}px`;
  };
  const listen = <K extends keyof HTMLElementEventMap>(
    type: K,
    act: (event: HTMLElementEventMap[K]) => void,
  ): void => root.addEventListener(type, act, { signal: controller.signal });
  listen("pointerover", ({ target }) => {
    const place = rowOf(target);
    if (place !== undefined) show(place);
    else if (target !== tip) hide();
  });
  listen("pointerleave", hide);
  listen("focusin", ({ target }) => {
    const place = rowOf(target);
    if (place !== undefined) show(place);
  });
  listen("focusout", hide);
  listen("keydown", (event) => {
    const place = rowOf(event.target);
    if (place === undefined) return;
    const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (event.key === "Escape") hide();
    if (next === undefined || rows[next] === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    rows[place].row.tabIndex = -1;
    rows[next].row.tabIndex = 0;
    rows[next].row.focus();
  });
  for (const [i, { row }] of rows.entries()) {
    row.tabIndex = i === 0 ? 0 : -1;
    row.dataset.tip = "";
  }
  return () => controller.abort();
}
