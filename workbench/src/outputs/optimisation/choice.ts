import { element, freshId } from "../element.ts";

/** A labelled list to choose from; `onChoose` is told of each choice, not of the first. */
export function choice(
  label: string,
  options: readonly string[],
  chosen: number,
  onChoose: (index: number) => void,
): HTMLElement {
  const id = freshId("wf-choice");
  const select = element(
    "select",
    { id },
    ...options.map((text, k) => element("option", { value: k, selected: k === chosen }, text)),
  );
  select.addEventListener("change", () => onChoose(Number(select.value)));
  return element("span", { class: "wf-optimisation-choice" }, element("label", { for: id }, label), select);
}

/** An element whose content is drawn anew, and what it held before is taken down. */
export class Redrawn {
  readonly root: HTMLElement;
  #parts: { destroy(): void }[] = [];

  constructor(className: string) {
    this.root = element("div", { class: className });
  }

  draw(
    make: (keep: <T extends { destroy(): void }>(part: T) => T) => readonly (HTMLElement | false)[],
  ): void {
    this.destroy();
    const content = make((part) => {
      this.#parts.push(part);
      return part;
    });
    this.root.replaceChildren(...content.filter((one) => one !== false));
  }

  destroy(): void {
    for (const part of this.#parts) part.destroy();
    this.#parts = [];
  }
}
