/** Names that Windows keeps for devices; a file of that name cannot be made there. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * A title as a file name: lower-case letters and digits of any script with hyphens between, at most 80
 * characters. Holds no dot and no separator, so that it names a file in its folder and nothing else.
 */
export function slug(title: string): string {
  const words = title
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, "-");
  // File systems count bytes (255 at most); a cut must not split a character.
  const short = [...words]
    .slice(0, 80)
    .join("")
    .replace(/^-+|-+$/g, "");
  if (short === "") return "notebook";
  return RESERVED.test(short) ? `${short}-notebook` : short;
}
