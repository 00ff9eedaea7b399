const FRAME_MAGIC = 0x184d2204;

/**
 * Unpacks one LZ4 frame whose unpacked length is known, as Arrow's compressed buffers have it
 * (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md). Checksums are skipped, not checked: the lengths
 * must agree, and what comes out is validated as candles. Throws a RangeError when the frame is broken.
 */
export function unpackLz4(frame: Uint8Array, length: number): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== FRAME_MAGIC) throw new RangeError("not an LZ4 frame");
  const flags = frame[4];
  const hasBlockChecksum = (flags & 0x10) !== 0;
  const hasContentSize = (flags & 0x08) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  let at = 6 + (hasContentSize ? 8 : 0) + (hasDictionary ? 4 : 0) + 1;
  const out = new Uint8Array(length);
  let filled = 0;
  for (;;) {
    const header = view.getUint32(at, true);
    at += 4;
    if (header === 0) break;
    const size = header & 0x7fffffff;
    const block = frame.subarray(at, at + size);
    if (block.length !== size) throw new RangeError("an LZ4 block is cut off");
    if (header >>> 31 === 1) {
      out.set(block, filled);
      filled += size;
    } else filled = unpackBlock(block, out, filled);
    at += size + (hasBlockChecksum ? 4 : 0);
  }
  if (filled !== length) throw new RangeError(`an LZ4 frame unpacks to ${filled} bytes, expected ${length}`);
  return out;
}

/** Unpacks one block to `out` from `filled` on, and returns how far `out` is filled then. Matches may reach back into earlier blocks. */
function unpackBlock(block: Uint8Array, out: Uint8Array, filled: number): number {
  let at = 0;
  let to = filled;
  /** A length of 15 in the token goes on in bytes of 255 and one smaller. */
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    if (nibble === 15) {
      let byte: number;
      do {
        if (at >= block.length) throw new RangeError("an LZ4 length is cut off");
        byte = block[at++];
        length += byte;
      } while (byte === 255);
    }
    return length;
  };
  while (at < block.length) {
    const token = block[at++];
    const literals = lengthFrom(token >>> 4);
    if (at + literals > block.length || to + literals > out.length)
      throw new RangeError("LZ4 literals run over");
    out.set(block.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    // The last sequence of a block has literals only.
    if (at === block.length) break;
    const back = block[at] | (block[at + 1] << 8);
    at += 2;
    const match = lengthFrom(token & 15) + 4;
    if (back === 0 || back > to || to + match > out.length) throw new RangeError("an LZ4 match runs over");
    // Byte by byte: a match may overlap what it writes, which repeats a pattern.
    for (let k = 0; k < match; k++, to++) out[to] = out[to - back];
  }
  return to;
}
