import { decodeBase64, encodeBase64 } from "./base64.ts";

/**
 * JSON that keeps NaN and the infinities, which plain JSON turns into null: such a number is written as
 * `{"$number":"NaN"}`. Columns are written as the base64 of their little-endian bytes, `{"$float64":"…"}`,
 * `{"$float32":"…"}` and `{"$int32":"…"}`. Everything else is as in JSON, so any reader still understands most of it.
 */
export function stringifyWire(value: unknown): string {
  return JSON.stringify(value, (_, content: unknown) => {
    if (typeof content === "number" && !Number.isFinite(content)) return { $number: String(content) };
    if (content instanceof Float64Array) return { $float64: encodeBase64(bytesOf(content)) };
    if (content instanceof Float32Array) return { $float32: encodeBase64(bytesOf(content)) };
    if (content instanceof Int32Array) return { $int32: encodeBase64(bytesOf(content)) };
    return content;
  });
}

const NUMBERS: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity, "-Infinity": -Infinity };

/** Reads what `stringifyWire` wrote. */
export function parseWire(text: string): unknown {
  return JSON.parse(text, (_, content: unknown) => {
    if (typeof content !== "object" || content === null) return content;
    if ("$number" in content) return alone(content, NUMBERS[String(content.$number)]);
    if ("$float64" in content) return alone(content, columnOf(content.$float64, Float64Array));
    if ("$float32" in content) return alone(content, columnOf(content.$float32, Float32Array));
    if ("$int32" in content) return alone(content, columnOf(content.$int32, Int32Array));
    return content;
  });
}

/** A record that only looks like one of ours stays what it is. */
function alone<T>(content: object, value: T | undefined): T | object {
  return value === undefined || Object.keys(content).length !== 1 ? content : value;
}

/** Every machine that runs this is little-endian; one that is not would have to turn the bytes around here. */
function bytesOf({ buffer, byteOffset, byteLength }: Float64Array | Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function columnOf<T>(
  text: unknown,
  Column: { new (buffer: ArrayBufferLike): T; BYTES_PER_ELEMENT: number },
): T | undefined {
  const bytes = typeof text === "string" ? decodeBase64(text) : undefined;
  if (bytes === undefined || bytes.length % Column.BYTES_PER_ELEMENT !== 0) return undefined;
  return new Column(bytes.buffer);
}
