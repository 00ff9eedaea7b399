/** What ends a stream: the mark of a message, and no message. */
const END_BYTES = 8;

/**
 * Arrow IPC streams of one schema as one stream: the first with its schema, then every stream's batches, then one end.
 * Each stream begins with its schema, whose length stands after the mark, and that message has no body.
 * See https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format.
 */
export function joinStreams(streams: readonly Uint8Array[]): Uint8Array {
  const parts = streams.map((stream, i) =>
    stream.subarray(
      i === 0 ? 0 : schemaBytes(stream),
      i === streams.length - 1 ? stream.length : stream.length - END_BYTES,
    ),
  );
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Length of the first message: its mark, the length of what follows, and that. */
function schemaBytes({ buffer, byteOffset }: Uint8Array): number {
  return 8 + new DataView(buffer, byteOffset).getInt32(4, true);
}
