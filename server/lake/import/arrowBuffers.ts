import * as zlib from "node:zlib";
import { EngineError } from "#engine/core/errors.ts";
import { unpackLz4 } from "./lz4.ts";

const FILE_MAGIC = "ARROW1";
const CONTINUES = 0xffffffff;

/** Arrow's message kinds that have a body of buffers. */
const DICTIONARY_BATCH = 2;
const RECORD_BATCH = 3;

/**
 * An Arrow file (feather v2) or stream as apache-arrow 17 can read it. It cannot read compressed buffers, which
 * pandas and freqtrade write by default; this makes a stream in which each buffer is unpacked and the three places
 * in a message's header that say where buffers lie are mended. What is not compressed comes back as it is.
 */
export function withoutCompression(bytes: Uint8Array): Uint8Array {
  const [start, end] = messageRange(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [];
  let isPacked = false;
  for (let at = start; at + 8 <= end; ) {
    if (view.getUint32(at, true) !== CONTINUES) break;
    const headerLength = view.getInt32(at + 4, true);
    if (headerLength === 0) break;
    if (headerLength < 0 || at + 8 + headerLength > end) throw truncated();
    const header = new Uint8Array(bytes.subarray(at + 8, at + 8 + headerLength));
    const bodyStart = at + 8 + headerLength;
    const message = new Table(header, new DataView(header.buffer).getUint32(0, true));
    const bodyLength = message.int64(3);
    if (bodyStart + bodyLength > end) throw truncated();
    const packed = bytes.subarray(bodyStart, bodyStart + bodyLength);
    const body = unpackBody(message, packed);
    isPacked ||= body !== packed;
    const prefix = new Uint8Array(8);
    new DataView(prefix.buffer).setUint32(0, CONTINUES, true);
    new DataView(prefix.buffer).setInt32(4, headerLength, true);
    parts.push(prefix, header, body);
    at = bodyStart + bodyLength;
  }
  return isPacked ? joined(parts) : bytes;
}

/** Where the messages of a file or stream begin and end. */
function messageRange(bytes: Uint8Array): [start: number, end: number] {
  const text = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
  if (text(0, 6) !== FILE_MAGIC) return [0, bytes.length];
  if (text(bytes.length - 6, bytes.length) !== FILE_MAGIC) throw truncated();
  const footerLength = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 10, 4).getInt32(0, true);
  return [8, bytes.length - 10 - footerLength];
}

/** Unpacks a message's body and makes its header say so; a message without compression is left as it is. */
function unpackBody(message: Table, body: Uint8Array): Uint8Array {
  const kind = message.uint8(1);
  if (kind !== RECORD_BATCH && kind !== DICTIONARY_BATCH) return body;
  const header = message.table(2);
  const batch = kind === RECORD_BATCH ? header : header?.table(1);
  const compression = batch?.table(3);
  if (batch === undefined || compression === undefined) return body;
  const codec = compression.uint8(0) === 0 ? "lz4" : "zstd";
  const { view, start, count } = batch.vector(2);
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (let k = 0; k < count; k++) {
    // A buffer's entry is its offset and its length, both int64.
    const entry = start + 16 * k;
    const from = Number(view.getBigInt64(entry, true));
    const packed = body.subarray(from, from + Number(view.getBigInt64(entry + 8, true)));
    const unpacked = packed.length === 0 ? packed : unpackBuffer(packed, codec);
    const padding = (8 - (unpacked.length % 8)) % 8;
    view.setBigInt64(entry, BigInt(offset), true);
    view.setBigInt64(entry + 8, BigInt(unpacked.length), true);
    parts.push(unpacked, new Uint8Array(padding));
    offset += unpacked.length + padding;
  }
  batch.forget(3);
  message.setInt64(3, offset);
  return joined(parts);
}

/** A packed buffer begins with its unpacked length; −1 says that it was not worth packing. */
function unpackBuffer(packed: Uint8Array, codec: "lz4" | "zstd"): Uint8Array {
  const length = Number(new DataView(packed.buffer, packed.byteOffset, 8).getBigInt64(0, true));
  const content = packed.subarray(8);
  if (length === -1) return content;
  try {
    return codec === "lz4" ? unpackLz4(content, length) : unpackZstd(content);
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError(
      "import.corrupt-file",
      `The Arrow file is damaged: a packed column cannot be unpacked (${String(cause)}). Get the file again.`,
      {},
      { cause },
    );
  }
}

type Unpack = (bytes: Uint8Array) => Uint8Array;

/** Node reads zstd from 22.15 on. */
function unpackZstd(content: Uint8Array): Uint8Array {
  const unpack = (zlib as { zstdDecompressSync?: Unpack }).zstdDecompressSync;
  if (unpack === undefined) {
    throw new EngineError(
      "import.zstd-arrow",
      `The Arrow file's columns are packed with zstd, which Node ${process.versions.node} cannot unpack. ` +
        `Save it with lz4 or without compression (pandas: to_feather(path, compression="lz4")), or as Parquet, or use Node 22.15 or later.`,
    );
  }
  return unpack(content);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function truncated(): EngineError {
  return new EngineError(
    "import.truncated",
    "The Arrow file ends before its last message: it was cut off. Get the file again.",
  );
}

/**
 * A FlatBuffers table, read and patched in place (https://flatbuffers.dev/internals): a table begins with the way
 * back to its vtable, which lists for each field where in the table it stands, 0 for one that is absent.
 */
class Table {
  readonly #view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    readonly position: number,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint8(field: number): number {
    const at = this.#place(field);
    return at === 0 ? 0 : this.#view.getUint8(at);
  }

  int64(field: number): number {
    const at = this.#place(field);
    return at === 0 ? 0 : Number(this.#view.getBigInt64(at, true));
  }

  setInt64(field: number, value: number): void {
    this.#view.setBigInt64(this.#place(field), BigInt(value), true);
  }

  table(field: number): Table | undefined {
    const at = this.#place(field);
    return at === 0 ? undefined : new Table(this.bytes, at + this.#view.getUint32(at, true));
  }

  /** A vector of structs: where its first element stands, and how many there are. */
  vector(field: number): { view: DataView; start: number; count: number } {
    const at = this.#place(field);
    if (at === 0) return { view: this.#view, start: 0, count: 0 };
    const vector = at + this.#view.getUint32(at, true);
    return { view: this.#view, start: vector + 4, count: this.#view.getUint32(vector, true) };
  }

  /** Makes a field absent. A vtable may be shared by tables of one layout; in a message no other table has a batch's. */
  forget(field: number): void {
    this.#view.setUint16(this.#vtable() + 4 + 2 * field, 0, true);
  }

  #place(field: number): number {
    const vtable = this.#vtable();
    const entry = 4 + 2 * field;
    if (entry >= this.#view.getUint16(vtable, true)) return 0;
    const offset = this.#view.getUint16(vtable + entry, true);
    return offset === 0 ? 0 : this.position + offset;
  }

  #vtable(): number {
    return this.position - this.#view.getInt32(this.position, true);
  }
}
