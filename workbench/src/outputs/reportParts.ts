import { element, freshId, type Output } from "./element.ts";
import { outputHost } from "./host.ts";
import type { Figure } from "./reportFigures.ts";

/** What reports and tearsheets are made of: titles, figures, captioned sections, pairs, hashes. */

export function titleLine(name: string, isSimulated: boolean, words: string): HTMLElement {
  return element(
    "header",
    {},
    element(
      "div",
      { class: "wf-report-title" },
      element("strong", {}, name),
      isSimulated && element("span", { class: "wf-simulated" }, "simulated"),
    ),
    element("p", {}, words),
  );
}

/** The headline's figures; those that may change do so where they stand. */
export function figures(all: readonly Figure[]): Output {
  const stops: (() => void)[] = [];
  const root = element(
    "dl",
    { class: "wf-report-figures" },
    ...all.map(({ name, value, note, tone, hint, live }) => {
      const shown = element("dd", { "data-tone": tone }, value);
      const words = element("dd", { class: "wf-report-note" }, note);
      if (live !== undefined) {
        const update = (): void => {
          const now = live.read();
          if (shown.textContent !== now.value) shown.textContent = now.value;
          if (words.textContent !== now.note) words.textContent = now.note;
        };
        stops.push(live.follow(update));
      }
      return element("div", { title: hint, "data-figure": name }, element("dt", {}, name), shown, words);
    }),
  );
  return Object.assign(root, {
    destroy: () => {
      for (const stop of stops) stop();
    },
  });
}

export function section(title: string, ...content: (HTMLElement | false)[]): HTMLElement {
  const id = freshId("wf-report");
  return element(
    "section",
    { role: "group", "aria-labelledby": id },
    element("div", { id, class: "wf-report-caption" }, title),
    ...content,
  );
}

export function pairs(title: string, entries: readonly (readonly [string, string])[]): HTMLElement {
  return element(
    "div",
    {},
    element("div", { class: "wf-report-caption" }, title),
    element(
      "dl",
      { class: "wf-report-pairs" },
      ...entries.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]),
    ),
  );
}

/** The hashes that make a result repeatable, each in full and with a button that copies it. */
export function identity(hashes: readonly (readonly [string, string])[], words: string): HTMLElement {
  return element(
    "div",
    { class: "wf-report-hashes" },
    element("div", { class: "wf-report-caption" }, "Identity"),
    ...hashes.map(([name, hash]) => hashLine(name, hash)),
    element("p", {}, words),
  );
}

function hashLine(name: string, hash: string): HTMLElement {
  const copy = element(
    "button",
    { type: "button", class: "wf-quiet-button", "aria-label": `Copy the ${name}'s hash` },
    "copy",
  );
  copy.addEventListener("click", async () => {
    try {
      await outputHost().copy(hash);
      copy.textContent = "copied";
    } catch {
      // A page that may not write to the clipboard still shows the text to select.
      copy.textContent = "not allowed here";
    }
  });
  return element(
    "div",
    { class: "wf-report-hash" },
    element("span", {}, name),
    element("code", { "data-hash": name }, hash),
    copy,
  );
}
