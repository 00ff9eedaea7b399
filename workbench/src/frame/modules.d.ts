/** Libraries that ship without types, as far as the frame uses them. */
declare module "htl" {
  export function html(strings: TemplateStringsArray, ...values: unknown[]): Element;
  export function svg(strings: TemplateStringsArray, ...values: unknown[]): Element;
}

declare module "@observablehq/inputs" {
  const inputs: Record<string, unknown>;
  export = inputs;
}

declare module "@observablehq/inspector" {
  export class Inspector {
    constructor(node: Element);
    fulfilled(value: unknown, name?: string): void;
    rejected(error: unknown, name?: string): void;
  }
}
