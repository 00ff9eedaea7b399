const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const CODES = new Uint8Array(128);
for (let i = 0; i < 64; i++) CODES[ALPHABET.charCodeAt(i)] = i;

/** Three bytes at a time are joined to texts of so many characters: one by one would make as many texts as bytes. */
const PART = 3 * 8192;

/** Bytes as base64 (RFC 4648, padded); the same in every host, of which some have no `btoa`. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = "";
  for (let from = 0; from < bytes.length; from += PART) {
    const to = Math.min(bytes.length, from + PART);
    const codes = new Uint8Array(Math.ceil((to - from) / 3) * 4);
    let at = 0;
    for (let i = from; i < to; i += 3) {
      const word = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
      codes[at++] = ALPHABET.charCodeAt(word >> 18);
      codes[at++] = ALPHABET.charCodeAt((word >> 12) & 63);
      codes[at++] = i + 1 < to ? ALPHABET.charCodeAt((word >> 6) & 63) : 61;
      codes[at++] = i + 2 < to ? ALPHABET.charCodeAt(word & 63) : 61;
    }
    text += String.fromCharCode.apply(null, codes as unknown as number[]);
  }
  return text;
}

/** What `encodeBase64` wrote; undefined for text that is no base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let at = 0;
  for (let i = 0; i < text.length; i += 4) {
    const word =
      (CODES[text.charCodeAt(i)] << 18) |
      (CODES[text.charCodeAt(i + 1)] << 12) |
      (CODES[text.charCodeAt(i + 2)] << 6) |
      CODES[text.charCodeAt(i + 3)];
    // What lies behind the end is not written: it is padding.
    bytes[at++] = word >> 16;
    bytes[at++] = word >> 8;
    bytes[at++] = word;
  }
  return bytes;
}
