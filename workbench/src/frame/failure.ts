import type { CellFailure } from "#runtime/types.ts";

/**
 * What failed, in one sentence. Engine errors are written as "given; expected. Cure", so the first sentence
 * says what is wrong and the rest is the cure; a dot inside a number or a name ends no sentence.
 */
export function firstSentence(message: string): string {
  return split(message)[0];
}

/** How to mend it, when the message goes on after its first sentence or the failure is of a well-known kind. */
export function cure(failure: CellFailure): string | undefined {
  const rest = split(failure.message)[1];
  if (rest !== "") return rest;
  return KNOWN.find(([pattern]) => pattern.test(failure.message))?.[1];
}

function split(message: string): [string, string] {
  const end = /[.?!](?=\s+[\p{Lu}`"“(])/u.exec(message);
  if (end === null) return [message.trim(), ""];
  return [message.slice(0, end.index + 1), message.slice(end.index + 1).trim()];
}

/** JavaScript's own messages say what happened and not what to do. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [
    /^(\S+) is not iterable/,
    "Something was spread or looped over that is no list: look at its value in the Variables panel.",
  ],
  [
    /Cannot read properties of (undefined|null)/,
    "A value is missing: the name before the dot has no value here yet.",
  ],
  [
    /is not a function/,
    "The name is not a function here: check its spelling, or whether another cell uses the same name for a value.",
  ],
  [/Assignment to constant variable/, "Declare it with let, or give the new value a name of its own."],
  [
    /Maximum call stack size exceeded/,
    "A function calls itself without end: look for the case in which it should stop.",
  ],
  [/Unexpected end of input|Unexpected token \(?eof/i, "A bracket, brace or quote is not closed."],
];

/** A message in pieces: words, names that stand between backticks, and the cells that it speaks of by number. */
export type MessagePart =
  | { kind: "words"; text: string }
  | { kind: "name"; text: string }
  | { kind: "cell"; cell: number };

export function messageParts(message: string): MessagePart[] {
  const parts: MessagePart[] = [];
  let at = 0;
  const words = (to: number): void => {
    if (to > at) parts.push({ kind: "words", text: message.slice(at, to) });
  };
  for (const match of message.matchAll(/`([^`]+)`|(?<=\bcells? (?:\d+(?:, | and ))*)\d+\b/g)) {
    words(match.index);
    if (match[1] !== undefined) parts.push({ kind: "name", text: match[1] });
    else parts.push({ kind: "cell", cell: Number(match[0]) });
    at = match.index + match[0].length;
  }
  words(message.length);
  return parts;
}
