export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
export type Child = Node | string | number | null | undefined | false;

/** What every output promises: an element that lets go of its listeners and observers when told. */
export type Output<T = object> = HTMLElement & { destroy(): void } & T;

/** An HTML element with attributes and children; `undefined` and `false` attributes are left out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  append(made, children);
  return made;
}

/** The same for SVG. */
export function svgElement<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAttributes(made, attributes);
  append(made, children);
  return made;
}

function setAttributes(made: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
}

function append(made: Element, children: Child[]): void {
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false)
      made.append(typeof child === "number" ? String(child) : child);
  }
}

let count = 0;
/** An id that no other element of this page has. */
export function freshId(prefix: string): string {
  return `${prefix}-${++count}`;
}
