import { type Stats, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { type Context, Hono } from "hono";
import { originOf } from "./access.ts";

/** Types of what the build writes; a file of any other kind is not served. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".map": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

/**
 * The built workbench: the shell's page, two for sandboxed frames, each with its policy, and assets that never change
 * under their hashed names.
 */
export function pages({ staticDir, token }: { staticDir: string; token: string }): Hono {
  return new Hono()
    .get("/", async (c) => {
      const html = await readPage(staticDir, "index.html");
      if (html === undefined)
        return c.html(NOT_BUILT, 503, { "Content-Security-Policy": "default-src 'none'" });
      return c.html(withToken(html, token), 200, {
        "Content-Security-Policy": shellPolicy(),
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "X-Frame-Options": "DENY",
      });
    })
    .get("/:name{frame\\.html|compute\\.html}", async (c) => {
      const html = await readPage(staticDir, c.req.param("name"));
      if (html === undefined)
        return c.html(NOT_BUILT, 503, { "Content-Security-Policy": "default-src 'none'" });
      return c.html(html, 200, {
        "Content-Security-Policy": framePolicy(originOf(c)),
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
      });
    })
    .get("/assets/:name{[A-Za-z0-9._-]+}", (c) => asset(c, join(staticDir, "assets"), c.req.param("name")))
    .get("/favicon.ico", (c) => c.body(null, 204));
}

/** The shell: only its own files, no other host, and never inside another page. */
export function shellPolicy(): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self' blob:",
    "connect-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "frame-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/**
 * The frames of a notebook and of its compute workers: an opaque origin without network. Scripts come from the asset
 * folder alone, not from the origin, so that no answer of the API can be loaded as a script. Nothing inline: a nested
 * blank frame inherits this policy and would otherwise run a handler written into its markup, among globals that nobody
 * has tidied.
 */
export function framePolicy(origin: string): string {
  return [
    "sandbox allow-scripts",
    "default-src 'none'",
    `script-src ${origin}/assets/ 'unsafe-eval' 'wasm-unsafe-eval' blob:`,
    `worker-src blob: ${origin}/assets/`,
    `style-src ${origin}/assets/ 'unsafe-inline'`,
    "img-src data: blob:",
    `font-src ${origin}/assets/ data:`,
    "connect-src 'none'",
    `frame-ancestors ${origin}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

async function asset(c: Context, folder: string, name: string): Promise<Response> {
  const type = MEDIA_TYPES[extname(name)];
  const path = join(folder, name);
  const plain = type === undefined ? undefined : fileStats(path);
  if (type === undefined || plain === undefined)
    return c.text("Not found", 404, { "Cache-Control": "no-store" });
  const headers: Record<string, string> = {
    "Content-Type": type,
    "Cache-Control": "public, max-age=31536000, immutable",
    // The sandboxed frame has an opaque origin: it may load our code, which holds no secret.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    Vary: "Accept-Encoding",
  };
  // A worker takes its policy from its own script: those of the shell (DuckDB, Parquet) may talk to us alone.
  if (extname(name) === ".js") headers["Content-Security-Policy"] = WORKER_POLICY;
  const gzip = /\bgzip\b/.test(c.req.header("accept-encoding") ?? "") ? fileStats(`${path}.gz`) : undefined;
  if (gzip !== undefined) headers["Content-Encoding"] = "gzip";
  const bytes = await readFile(gzip === undefined ? path : `${path}.gz`);
  return c.body(new Uint8Array(bytes), 200, { ...headers, "Content-Length": String(bytes.length) });
}

const WORKER_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' blob:; worker-src 'self' blob:; connect-src 'self'";

function withToken(html: string, token: string): string {
  const meta = `<meta name="walkforward-token" content="${token}">`;
  const place = /<meta\s+name="walkforward-token"[^>]*>/;
  return place.test(html)
    ? html.replace(place, meta)
    : html.replace(/<head[^>]*>/, (head) => `${head}${meta}`);
}

async function readPage(folder: string, name: string): Promise<string | undefined> {
  return fileStats(join(folder, name)) ? readFile(join(folder, name), "utf8") : undefined;
}

function fileStats(path: string): Stats | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() ? stats : undefined;
}

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Walkforward</title>
<p>The workbench has not been built yet. Stop this program, run <code>npm run build</code>, and start it again;
<code>npm start</code> does both. The API answers meanwhile.</p></html>`;
