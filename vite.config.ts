import { join } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

/**
 * In production the server writes the access token into the shell's page and sends the frame's sandbox
 * policy; the development server does both here. Its policy names the whole origin instead of the asset
 * folder, because Vite serves modules from everywhere: only the built app has the full wall.
 */
function developmentPages(): Plugin {
  return {
    name: "walkforward-development-pages",
    apply: "serve",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if (/^\/(?:frame|compute)\.html/.test(request.url ?? "")) {
          const origin = `http://${request.headers.host}`;
          response.setHeader(
            "Content-Security-Policy",
            `default-src 'none'; script-src ${origin} 'unsafe-eval' 'unsafe-inline' 'wasm-unsafe-eval' blob:; ` +
              `worker-src blob: ${origin}; style-src 'unsafe-inline' ${origin}; img-src data: blob:; ` +
              `font-src data:; connect-src ws://${request.headers.host}`,
          );
        }
        next();
      });
    },
    transformIndexHtml: (html) =>
      html.replace(
        /(<meta name="walkforward-token" content=")[^"]*(")/,
        `$1${process.env.WALKFORWARD_TOKEN ?? ""}$2`,
      ),
  };
}

const page = (name: string): string => join(import.meta.dirname, "workbench", `${name}.html`);

/**
 * Three pages: the shell (`index.html`), the notebook frame (`frame.html`) and the frame of its compute workers
 * (`compute.html`). In development the API runs on its own port and is reached by proxy.
 */
export default defineConfig({
  root: "workbench",
  plugins: [svelte(), developmentPages()],
  worker: { format: "es" },
  optimizeDeps: {
    exclude: ["@duckdb/duckdb-wasm", "parquet-wasm"],
    // The frame starts its workers from blobs, where Vite cannot see them coming: what they import must be
    // ready before, for a blob worker cannot reload itself when a dependency is bundled anew.
    entries: ["index.html", "frame.html", "compute.html", "src/**/*.worker.ts"],
  },
  build: {
    outDir: "../build/workbench",
    emptyOutDir: true,
    target: "esnext",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000,
    rolldownOptions: { input: { index: page("index"), frame: page("frame"), compute: page("compute") } },
  },
  server: {
    host: "127.0.0.1",
    cors: { origin: "*" },
    // The API compares a page's origin with the host it was asked by, so it must be told Vite's own.
    proxy: { "/api": { target: "http://127.0.0.1:8788", changeOrigin: false } },
  },
});
