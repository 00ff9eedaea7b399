import { Hono } from "hono";
import { z } from "zod";
import { EngineError } from "#engine/core/errors.ts";
import { parseWire, stringifyWire } from "#engine/core/wireJson.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { evaluateJob } from "../runs/evaluateJob.ts";
import { evaluateRequest } from "../runs/evaluateRequest.ts";
import { keptEvaluation } from "../runs/keptEvaluation.ts";
import { type PackedRun, packRun } from "../runs/packedRun.ts";
import type { RunStore } from "../runs/runStore.ts";
import { parseBody, runQuery } from "./schemas.ts";

const origin = z.looseObject({
  evaluation: z.unknown(),
  notebook: z.string().max(500).nullable().default(null),
});

export function runRoutes({ runs, jobs, lakeRoot }: { runs: RunStore; jobs: JobQueue; lakeRoot: string }) {
  return new Hono()
    .get("/", (c) => json(runs.list(runQuery.parse(c.req.query()))))
    .post("/", async (c) => {
      const { evaluation, notebook } = origin.parse(readWire(await c.req.text()));
      const run = runs.add(packRun(keptEvaluation(evaluation)), { source: "notebook", notebook });
      return c.json({ id: run.id }, 201);
    })
    .post("/evaluate", async (c) => {
      const request = await parseBody(c, evaluateRequest);
      const keep = (packed: PackedRun): { runId: string } => ({
        runId: runs.add(packed, { source: "form", notebook: null }).id,
      });
      return c.json(jobs.submit(evaluateJob({ request, lakeRoot, keep })), 202);
    })
    .get("/:id", (c) => {
      const { run, evaluationJson } = runs.read(c.req.param("id"));
      return new Response(`{"run":${stringifyWire(run)},"evaluation":${evaluationJson}}`, JSON_HEADERS);
    })
    .delete("/:id", (c) => {
      runs.delete(c.req.param("id"));
      return c.json({ deleted: c.req.param("id") });
    });
}

const JSON_HEADERS = { headers: { "Content-Type": "application/json" } };

function json(value: unknown): Response {
  return new Response(stringifyWire(value), JSON_HEADERS);
}

function readWire(text: string): unknown {
  try {
    return parseWire(text);
  } catch (cause) {
    throw new EngineError(
      "request.not-json",
      "The body is not JSON. Send { evaluation, notebook }.",
      {},
      { cause },
    );
  }
}
