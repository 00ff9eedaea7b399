import initParquet, { readParquet } from "parquet-wasm/esm/parquet_wasm.js";
import wasmUrl from "parquet-wasm/esm/parquet_wasm_bg.wasm?url";

let ready: Promise<unknown> | undefined;

/** Makes the decoder ready ahead of the first file. */
export function startParquet(): Promise<unknown> {
  ready ??= initParquet({ module_or_path: wasmUrl });
  return ready;
}

/** A Parquet file's rows as an Arrow IPC stream. */
export async function parquetToIpc(file: Uint8Array): Promise<Uint8Array> {
  await startParquet();
  return readParquet(file).intoIPCStream();
}
