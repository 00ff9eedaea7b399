import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

/**
 * Two pages: the shell (`index.html`, served with the access token) and the notebook frame (`frame.html`,
 * served with the sandbox policy). In development the API runs on its own port and is reached by proxy.
 */
export default defineConfig({
  root: "workbench",
  plugins: [svelte()],
  worker: { format: "es" },
  optimizeDeps: { exclude: ["@duckdb/duckdb-wasm", "parquet-wasm"] },
  build: {
    outDir: "../build/workbench",
    emptyOutDir: true,
    target: "esnext",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000,
    rolldownOptions: { input: { index: "workbench/index.html", frame: "workbench/frame.html" } },
  },
  server: { host: "127.0.0.1", cors: { origin: "*" }, proxy: { "/api": "http://127.0.0.1:8788" } },
});
