import { sha256 } from "@noble/hashes/sha2.js";
import { EngineError } from "./errors.ts";

const BUFFER_BYTES = 8192;
const LITTLE_ENDIAN_HOST = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/**
 * SHA-256 over the canonical form: fields one after the other in the order in which they are given.
 *
 * - A string is its length in UTF-8 bytes as a number, then the bytes.
 * - A number is a little-endian float64; every NaN is 0x7ff8000000000000 and −0 is 0, because a NaN's bits differ
 *   between JavaScript engines and −0 equals 0.
 * - A column is its length as a number, then its numbers.
 * - A plain value (JSON with NaN, Infinity and undefined) is a tag, then its content; object keys in code-unit order,
 *   keys whose value is undefined left out.
 *
 * A field carries no name and strings no end mark: the caller states the order, and lengths keep neighbours apart.
 * Encoding is done here, not by `TextEncoder`, which the sandbox does not have.
 */
export class Hasher {
  readonly #sha = sha256.create();
  readonly #bytes = new Uint8Array(BUFFER_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  #used = 0;

  /** One number. */
  number(value: number): this {
    if (this.#used + 8 > BUFFER_BYTES) this.#flush();
    if (!Number.isNaN(value)) this.#view.setFloat64(this.#used, value === 0 ? 0 : value, true);
    else {
      // A NaN is written by its bits: which ones `setFloat64` would write is the JavaScript engine's choice.
      this.#view.setUint32(this.#used, 0, true);
      this.#view.setUint32(this.#used + 4, 0x7ff80000, true);
    }
    this.#used += 8;
    return this;
  }

  /** One string, its length first. */
  text(value: string): this {
    if (this.#ascii(value)) return this;
    const bytes = utf8(value);
    this.number(bytes.length);
    if (bytes.length > BUFFER_BYTES - this.#used) this.#flush();
    if (bytes.length > BUFFER_BYTES) this.#sha.update(bytes);
    else {
      this.#bytes.set(bytes, this.#used);
      this.#used += bytes.length;
    }
    return this;
  }

  /** A short string of ASCII alone, as most are, is written where it is hashed; false for any other. */
  #ascii(value: string): boolean {
    const { length } = value;
    if (8 + length > BUFFER_BYTES) return false;
    if (this.#used + 8 + length > BUFFER_BYTES) this.#flush();
    const start = this.#used + 8;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) return false;
      this.#bytes[start + i] = code;
    }
    this.number(length);
    this.#used += length;
    return true;
  }

  /** One column, its length first. */
  column(values: Float64Array): this {
    this.number(values.length);
    if (LITTLE_ENDIAN_HOST && isCanonical(values)) {
      // The column's memory is its canonical form already: hash it where it lies.
      this.#flush();
      this.#sha.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    } else {
      for (let i = 0; i < values.length; i++) this.number(values[i]);
    }
    return this;
  }

  /** Plain data: null, undefined, booleans, numbers, strings, arrays, Float64Arrays and objects of these. */
  plain(value: unknown): this {
    if (value === undefined) return this.text("u");
    if (value === null) return this.text("0");
    if (typeof value === "boolean") return this.text(value ? "t" : "f");
    if (typeof value === "number") return this.text("n").number(value);
    if (typeof value === "string") return this.text("s").text(value);
    if (value instanceof Float64Array) return this.text("c").column(value);
    if (Array.isArray(value)) {
      this.text("a").number(value.length);
      for (const element of value) this.plain(element);
      return this;
    }
    if (typeof value === "object") {
      const fields = Object.entries(value).filter(([, content]) => content !== undefined);
      fields.sort(([a], [b]) => (a < b ? -1 : 1));
      this.text("o").number(fields.length);
      for (const [key, content] of fields) this.text(key).plain(content);
      return this;
    }
    throw new EngineError(
      "hash.not-plain",
      `hash: a ${typeof value} is not plain data; expected numbers, strings, booleans, null, arrays, Float64Arrays ` +
        `and objects of these. Leave it out of what is hashed, or hash its text.`,
      { type: typeof value },
    );
  }

  /** The hash as 64 hexadecimal digits. The hasher is spent after this. */
  hex(): string {
    this.#flush();
    return toHex(this.#sha.digest());
  }

  #flush(): void {
    if (this.#used > 0) this.#sha.update(this.#bytes.subarray(0, this.#used));
    this.#used = 0;
  }
}

/** SHA-256 of a text's UTF-8 bytes alone, without a length: what `sha256sum` prints for the same file. */
export function hashText(text: string): string {
  return toHex(sha256(utf8(text)));
}

/** SHA-256 of bytes, as `sha256sum` prints it. */
export function hashBytes(bytes: Uint8Array): string {
  return toHex(sha256(bytes));
}

/** SHA-256 of one plain value in its canonical form. */
export function hashPlain(value: unknown): string {
  return new Hasher().plain(value).hex();
}

/** A text's UTF-8 bytes; a lone surrogate becomes U+FFFD, as `TextEncoder` has it. */
export function utf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let used = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code >= 0xd800 && code <= 0xdfff) {
      const low = code < 0xdc00 ? text.charCodeAt(i + 1) : Number.NaN;
      if (low >= 0xdc00 && low <= 0xdfff) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        i++;
      } else code = 0xfffd;
    }
    if (code < 0x80) bytes[used++] = code;
    else {
      if (code < 0x800) bytes[used++] = 0xc0 | (code >> 6);
      else {
        if (code < 0x10000) bytes[used++] = 0xe0 | (code >> 12);
        else {
          bytes[used++] = 0xf0 | (code >> 18);
          bytes[used++] = 0x80 | ((code >> 12) & 0x3f);
        }
        bytes[used++] = 0x80 | ((code >> 6) & 0x3f);
      }
      bytes[used++] = 0x80 | (code & 0x3f);
    }
  }
  return bytes.slice(0, used);
}

function isCanonical(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isNaN(value) || (value === 0 && 1 / value < 0)) return false;
  }
  return true;
}

function toHex(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += (byte < 16 ? "0" : "") + byte.toString(16);
  return hex;
}
