const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * For each line of the generated text the line of the original that its first mapped part came from, 1-based,
 * 0 for none: all that an error's line needs of a version 3 source map.
 */
export function decodeLines(sourceMap: string | undefined): number[] {
  if (sourceMap === undefined) return [];
  const { mappings } = JSON.parse(sourceMap) as { mappings: string };
  let original = 0;
  return mappings.split(";").map((line) => {
    let first = 0;
    for (const segment of line.split(",")) {
      const fields = decodeFields(segment);
      if (fields.length < 4) continue;
      original += fields[2];
      first ||= original + 1;
    }
    return first;
  });
}

/** Base-64 digits of six bits, the highest says whether more follow, the lowest of the whole is the sign. */
function decodeFields(segment: string): number[] {
  const fields: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit);
    value |= (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    fields.push(value & 1 ? -(value >>> 1) : value >>> 1);
    value = shift = 0;
  }
  return fields;
}
