import { Inspector } from "@observablehq/inspector";

/** A plain value as Observable shows it: a line that opens. */
export function inspect(value: unknown, name?: string): HTMLElement {
  const node = document.createElement("div");
  const inspector = new Inspector(node);
  if (value instanceof Error) inspector.rejected(value, name);
  else inspector.fulfilled(value, name);
  return node;
}
