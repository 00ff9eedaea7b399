/**
 * As much of HTML's syntax as a notebook file is made of: elements with attributes, and elements whose content
 * is text up to their end tag. It needs no DOM, so it serves the page, workers and Node alike, and it tells
 * where each thing stands, so that what is not ours can be kept as it was.
 */
export type Tag = {
  name: string;
  isEnd: boolean;
  attributes: Record<string, string>;
  /** Offsets of `<` and of the character after `>`. */
  start: number;
  end: number;
};

/** The next tag at or after `from`; comments, doctypes and lone `<` are passed over. */
export function nextTag(text: string, from: number): Tag | undefined {
  for (let at = text.indexOf("<", from); at >= 0; at = text.indexOf("<", at)) {
    if (text.startsWith("<!--", at)) {
      const close = text.indexOf("-->", at + 4);
      if (close < 0) return undefined;
      at = close + 3;
    } else if (/^<\/?[a-z]/i.test(text.slice(at, at + 3))) {
      const tag = readTag(text, at);
      if (tag) return tag;
      return undefined;
    } else {
      at += 1;
    }
  }
  return undefined;
}

/** Where the end tag of a text-only element (`script`, `title`) begins: the first that HTML would see. */
export function endOfText(text: string, name: string, from: number): number {
  const pattern = new RegExp(`</${name}(?=[\\s/>])`, "gi");
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}

/** One attribute: white space or `/`, a name, and perhaps `=` with a value in either kind of quotes or none. */
const ATTRIBUTE = /[\s/]*([^\s"'<>/=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/y;

function readTag(text: string, start: number): Tag | undefined {
  const opening = /<(\/?)([a-z][^\s/>]*)/iy;
  opening.lastIndex = start;
  const head = opening.exec(text);
  if (head === null) return undefined;
  // A record without a prototype: an attribute may be called anything.
  const attributes: Record<string, string> = Object.create(null);
  let at = opening.lastIndex;
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const match = ATTRIBUTE.exec(text);
    if (match === null) break;
    const name = match[1].toLowerCase();
    attributes[name] ??= decodeText(match[2] ?? match[3] ?? match[4] ?? "");
    at = ATTRIBUTE.lastIndex;
  }
  const close = text.indexOf(">", at);
  if (close < 0) return undefined;
  return { name: head[2].toLowerCase(), isEnd: head[1] === "/", attributes, start, end: close + 1 };
}

const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/** Character references to characters; one that we do not know stays as it is written. */
export function decodeText(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[name as string] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number.parseInt(decimal, 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
  });
}

/** Text as an element's content, escaped as browsers do. */
export function encodeText(text: string): string {
  return text
    .replace(/&/g, "&amp;")
    .replace(/\u00a0/g, "&nbsp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;");
}

/** A list of attributes, each after a space, escaped as browsers do. */
export function encodeAttributes(attributes: Iterable<readonly [string, string]>): string {
  let out = "";
  for (const [name, value] of attributes) {
    out += ` ${name}="${value
      .replace(/&/g, "&amp;")
      .replace(/\u00a0/g, "&nbsp;")
      .replace(/"/g, "&quot;")}"`;
  }
  return out;
}
