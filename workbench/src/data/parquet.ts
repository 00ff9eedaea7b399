import initParquet, { readParquet } from "parquet-wasm/esm/parquet_wasm.js";
import wasmUrl from "parquet-wasm/esm/parquet_wasm_bg.wasm?url";

let ready: Promise<unknown> | undefined;

/** Makes the decoder ready ahead of the first file. */
export function startParquet(): Promise<unknown> {
  ready ??= initParquet({ module_or_path: wasmUrl });
  return ready;
}

/** Rows of one Arrow batch: as many as DuckDB puts into a row group, where the decoder's own default is 1,024. */
const BATCH_ROWS = 122_880;

/** A Parquet file's rows as an Arrow IPC stream. */
export async function parquetToIpc(file: Uint8Array): Promise<Uint8Array> {
  await startParquet();
  return readParquet(file, { batchSize: BATCH_ROWS }).intoIPCStream();
}
