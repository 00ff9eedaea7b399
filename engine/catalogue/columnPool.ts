/**
 * Memory of columns that are done with, for the next ones: fresh memory costs about as much as what is written into it.
 * What is taken holds whatever was left in it.
 */
export class ColumnPool {
  readonly #free: Float64Array[] = [];
  readonly #mostBytes: number;
  #bytes = 0;

  /** What is given back beyond `mostBytes` is let go. */
  constructor(mostBytes = Infinity) {
    this.#mostBytes = mostBytes;
  }

  take(length: number): Float64Array {
    const place = this.#free.findIndex((column) => column.length >= length);
    if (place < 0) return new Float64Array(length);
    const [column] = this.#free.splice(place, 1);
    this.#bytes -= column.byteLength;
    return column.length === length ? column : column.subarray(0, length);
  }

  /** Nobody may hold the column any more. */
  giveBack(column: Float64Array): void {
    // All of its memory, of which it may have been a part.
    const { buffer } = column;
    if (this.#bytes + buffer.byteLength > this.#mostBytes) return;
    this.#bytes += buffer.byteLength;
    this.#free.push(new Float64Array(buffer));
  }
}
