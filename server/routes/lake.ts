import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { Hono } from "hono";
import { z } from "zod";
import { EngineError } from "#engine/core/errors.ts";
import type { LakeListing } from "../contract.ts";
import type { Lake } from "../lake/lake.ts";

const seriesQuery = z.object({ id: z.string().min(1).max(500) });

export function lakeRoutes({ lake }: { lake: Lake }) {
  return new Hono()
    .get("/", async (c) => c.json(await listing(lake)))
    .get("/files/:hash{[0-9a-f]{64}}", async (c) => {
      const path = await lake.filePath(c.req.param("hash"));
      if (path === undefined) throw goneFile(c.req.param("hash"));
      const { size } = await stat(path);
      const bytes = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
      return c.body(bytes, 200, {
        "Content-Type": "application/vnd.apache.parquet",
        "Content-Length": String(size),
        // The name is the content's hash, so what is cached can never be out of date.
        "Cache-Control": "private, max-age=31536000, immutable",
      });
    })
    .delete("/series", async (c) => {
      const { id } = seriesQuery.parse(c.req.query());
      await lake.deleteSeries(id);
      return c.json({ deleted: id });
    });
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

function goneFile(hash: string): EngineError {
  return new EngineError(
    "lake.file-gone",
    `No file of the lake has the hash ${hash}. Read the lake's list again.`,
    {
      hash,
    },
  );
}
