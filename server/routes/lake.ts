import { createReadStream, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { EngineError } from "#engine/core/errors.ts";
import type { AppDeps } from "../app.ts";
import type { ImportReport, LakeListing } from "../contract.ts";
import { ingestJob, ingestRequest } from "../exchange/ingestJob.ts";
import { resultOf } from "../jobs/queue.ts";
import { runTask } from "../jobs/runTask.ts";
import { importJob } from "../lake/importJob.ts";
import type { Lake } from "../lake/lake.ts";
import { parseBody, seriesQuery } from "./schemas.ts";
import { withUpload } from "./upload.ts";

/** A month of one-minute candles has two megabytes. */
const WHOLE_BYTES = 16_000_000;

/** A year of one-second candles as CSV has about two gigabytes; that is for the command line. */
const MAX_UPLOAD_BYTES = 1_000_000_000;

export function lakeRoutes({
  lake,
  jobs,
  home,
  exchangeSettings = {},
}: Pick<AppDeps, "lake" | "jobs" | "home" | "exchangeSettings">) {
  const uploads = join(home, "uploads");
  return new Hono()
    .get("/", async (c) => c.json(await listing(lake)))
    .get("/files/:hash{[0-9a-f]{64}}", async (c) => {
      const path = await lake.filePath(c.req.param("hash"));
      // The manifest may still name a file that a commit has dropped meanwhile.
      const stats = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
      if (path === undefined || stats === undefined) throw goneFile(c.req.param("hash"));
      return c.body(await contentOf(path, stats.size), 200, {
        "Content-Type": "application/vnd.apache.parquet",
        "Content-Length": String(stats.size),
        // The name is the content's hash, so what is cached can never be out of date.
        "Cache-Control": "private, max-age=31536000, immutable",
      });
    })
    .post("/preview", bodyLimit({ maxSize: MAX_UPLOAD_BYTES, onError: tooLarge }), async (c) =>
      c.json(await withUpload(c, uploads, (source, options) => runTask("preview", { source, options }))),
    )
    .post("/import", bodyLimit({ maxSize: MAX_UPLOAD_BYTES, onError: tooLarge }), async (c) => {
      const report = await withUpload(c, uploads, async (source, options) => {
        const { id } = jobs.submit(importJob({ lakeRoot: lake.root, source, options }));
        return resultOf(await jobs.settled(id));
      });
      return c.json(report as ImportReport, 201);
    })
    .post("/ingest", async (c) => {
      const { toMs, ...request } = await parseBody(c, ingestRequest);
      const settings = Object.hasOwn(exchangeSettings, request.exchange)
        ? exchangeSettings[request.exchange]
        : undefined;
      const optional = {
        ...(toMs === undefined ? {} : { toMs }),
        ...(settings === undefined ? {} : { settings }),
      };
      const input = { lakeRoot: lake.root, ...request, ...optional };
      return c.json(jobs.submit(ingestJob(input)), 202);
    })
    .delete("/series", async (c) => {
      const { id } = seriesQuery.parse(c.req.query());
      await lake.deleteSeries(id);
      return c.json({ deleted: id });
    });
}

/** A stream goes out in pieces of 64 KB, which costs a quarter more than the whole; only a large file is worth that. */
async function contentOf(path: string, bytes: number): Promise<Uint8Array<ArrayBuffer> | ReadableStream> {
  if (bytes <= WHOLE_BYTES) return new Uint8Array(await readFile(path));
  return Readable.toWeb(createReadStream(path)) as ReadableStream;
}

/** The lake as the workbench knows it: without paths, which are the server's own business. */
async function listing(lake: Lake): Promise<LakeListing> {
  const [version, stored] = await Promise.all([lake.version(), lake.series()]);
  const series = stored.map((one) => ({
    ...one,
    files: one.files.map(({ path: _, gaps: __, ...file }) => file),
  }));
  return { version, series };
}

function tooLarge(): never {
  throw new EngineError(
    "request.too-large",
    `A file of at most ${MAX_UPLOAD_BYTES} bytes can be imported here. Use \`walkforward import FILE\` for a larger one.`,
    { most: MAX_UPLOAD_BYTES },
  );
}

function goneFile(hash: string): EngineError {
  return new EngineError(
    "lake.file-gone",
    `No file of the lake has the hash ${hash}. Read the lake's list again.`,
    {
      hash,
    },
  );
}
