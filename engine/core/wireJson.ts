/**
 * JSON that keeps NaN and the infinities, which plain JSON turns into null: such a number is written as
 * `{"$number":"NaN"}`. Everything else is as in JSON, so any reader still understands most of it.
 */
export function stringifyWire(value: unknown): string {
  return JSON.stringify(value, (_, content: unknown) =>
    typeof content === "number" && !Number.isFinite(content) ? { $number: String(content) } : content,
  );
}

const NUMBERS: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity, "-Infinity": -Infinity };

/** Reads what `stringifyWire` wrote. */
export function parseWire(text: string): unknown {
  return JSON.parse(text, (_, content: unknown) => {
    if (typeof content !== "object" || content === null || !("$number" in content)) return content;
    const number = NUMBERS[String(content.$number)];
    return number === undefined || Object.keys(content).length !== 1 ? content : number;
  });
}
