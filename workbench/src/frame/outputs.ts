import type { DisplayEvent } from "#runtime/types.ts";

/**
 * One element for each cell's results. Elements outlive runs: what a cell shows again stays where it is in the
 * page, and while a cell runs its old height is kept, so that nothing below it jumps.
 */
export class Outputs {
  readonly #cells = new Map<number, { root: HTMLElement; gone: Set<Node> }>();

  constructor(readonly render: (value: unknown, name: string | undefined) => Node) {}

  root(id: number): HTMLElement {
    return this.#cell(id).root;
  }

  apply(event: DisplayEvent): void {
    const { root, gone } = this.#cell(event.id);
    if (event.action === "clear") {
      this.#hold(root);
      for (const node of root.childNodes) gone.add(node);
      root.replaceChildren();
      return;
    }
    const node = solid(this.render(event.value, event.name));
    if (event.action === "append") {
      root.append(node);
    } else if (root.childNodes.length !== 1 || root.firstChild !== node) {
      for (const old of root.childNodes) gone.add(old);
      root.replaceChildren(node);
    }
    gone.delete(node);
  }

  /** The run is over: the height is free again, and what was not shown again lets go of what it holds. */
  settle(id: number): void {
    const cell = this.#cells.get(id);
    if (cell === undefined) return;
    cell.root.style.minHeight = "";
    for (const node of cell.gone) destroy(node);
    cell.gone.clear();
  }

  remove(id: number): void {
    const cell = this.#cells.get(id);
    if (cell === undefined) return;
    for (const node of [...cell.root.childNodes, ...cell.gone]) destroy(node);
    cell.root.remove();
    this.#cells.delete(id);
  }

  #cell(id: number): { root: HTMLElement; gone: Set<Node> } {
    let cell = this.#cells.get(id);
    if (cell === undefined) {
      const root = document.createElement("div");
      root.className = "output-root";
      cell = { root, gone: new Set() };
      this.#cells.set(id, cell);
    }
    return cell;
  }

  #hold(root: HTMLElement): void {
    if (root.isConnected && root.style.minHeight === "" && root.offsetHeight > 0) {
      root.style.minHeight = `${root.offsetHeight}px`;
    }
  }
}

/** A fragment dissolves where it is put; a wrapper can be taken away again. */
function solid(node: Node): Node {
  if (!(node instanceof DocumentFragment)) return node;
  const wrapper = document.createElement("div");
  wrapper.append(node);
  return wrapper;
}

/** Our own outputs, wherever they stand inside what a cell showed, end their observers and workers. */
function destroy(node: Node): void {
  for (const candidate of node instanceof Element ? [node, ...node.querySelectorAll("*")] : [node]) {
    if ("destroy" in candidate && typeof candidate.destroy === "function") candidate.destroy();
  }
}
