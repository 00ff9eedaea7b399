import MarkdownIt from "markdown-it";
import anchor from "markdown-it-anchor";
import { staticCode } from "../editor/staticCode.ts";

/**
 * Markdown as a tagged template, the way Observable's cells use it: an interpolated node keeps its identity
 * (and its listeners), anything else is written as text. Raw HTML is allowed, as in the notebook's own HTML
 * cells: the page is sandboxed, and its policy runs no inline script.
 */
const renderer = MarkdownIt({ html: true, linkify: true, typographer: true }).use(anchor, {
  level: [1, 2, 3],
  slugify,
});

export function md(template: TemplateStringsArray, ...values: unknown[]): HTMLElement {
  const nodes: Node[] = [];
  let source = template[0];
  values.forEach((value, i) => {
    source += place(value, nodes) + template[i + 1];
  });
  const root = document.createElement("div");
  root.className = "prose";
  root.innerHTML = renderer.render(source);
  for (const slot of root.querySelectorAll("[data-slot]")) {
    const node = nodes[Number(slot.getAttribute("data-slot"))];
    if (node !== undefined) slot.replaceWith(node);
  }
  for (const block of root.querySelectorAll<HTMLElement>("pre > code[class^='language-']")) {
    const text = (block.textContent ?? "").replace(/\n$/, "");
    block.replaceChildren(staticCode(text, block.className.slice("language-".length)));
    block.parentElement?.classList.add("code");
  }
  // Long lines scroll, also by the arrow keys.
  for (const block of root.querySelectorAll("pre")) block.tabIndex = 0;
  for (const link of root.querySelectorAll<HTMLAnchorElement>("a[href]")) tame(link);
  return root;
}

function place(value: unknown, nodes: Node[]): string {
  if (value instanceof Node) return `<span data-slot="${nodes.push(value) - 1}"></span>`;
  if (Array.isArray(value)) return value.map((item) => place(item, nodes)).join("");
  return String(value);
}

/** Links inside the notebook scroll; the sandbox refuses every other navigation, so those tell where they lead. */
function tame(link: HTMLAnchorElement): void {
  const href = link.getAttribute("href") ?? "";
  if (href.startsWith("#")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.getElementById(decodeURIComponent(href.slice(1)))?.scrollIntoView({ block: "start" });
    });
    return;
  }
  link.title = `${href} (the sandbox opens no pages: copy the address)`;
  link.addEventListener("click", (event) => event.preventDefault());
}

/** GitHub's way, near enough: lower case, words joined by hyphens. */
export function slugify(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\s-]/gu, "")
    .replace(/\s+/g, "-");
}

/** Inline tags that say how text looks and nothing else. */
const LOOKS = /^<\/?(?:abbr|b|br|em|i|kbd|mark|s|small|span|strong|sub|sup|u)(?=[\s/>])[^>]*>$/i;

// Where nothing has been trusted yet, raw HTML is text: what only says how text looks is left out of it.
const plainRenderer = MarkdownIt({ html: true, linkify: true, typographer: true }).use(anchor, { slugify });
const { escapeHtml } = plainRenderer.utils;
plainRenderer.renderer.rules.html_inline = (tokens, k) =>
  LOOKS.test(tokens[k].content) ? "" : escapeHtml(tokens[k].content);
plainRenderer.renderer.rules.html_block = (tokens, k) => `<p>${escapeHtml(tokens[k].content)}</p>`;

/** Prose that may not run: its interpolations stand as the code they are, and raw HTML as text. */
export function plainProse(source: string): HTMLElement {
  const root = document.createElement("div");
  root.className = "prose";
  root.innerHTML = plainRenderer.render(source);
  for (const link of root.querySelectorAll<HTMLAnchorElement>("a[href]")) tame(link);
  return root;
}
