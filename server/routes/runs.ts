import { Hono } from "hono";
import { z } from "zod";
import type { Backtest } from "#engine/backtest/result.ts";
import { EngineError } from "#engine/core/errors.ts";
import { parseWire, stringifyWire } from "#engine/core/wireJson.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { backtestJob } from "../runs/backtestJob.ts";
import { backtestRequest } from "../runs/backtestRequest.ts";
import { evaluateJob } from "../runs/evaluateJob.ts";
import { evaluateRequest } from "../runs/evaluateRequest.ts";
import { keptIngredients } from "../runs/ingredients.ts";
import { keptBacktestRun } from "../runs/keptBacktestRun.ts";
import { keptEvaluation } from "../runs/keptEvaluation.ts";
import { type PackedRun, packBacktest, packRun } from "../runs/packedRun.ts";
import type { RunStore } from "../runs/runStore.ts";
import { optimiseRequest } from "../searches/optimiseRequest.ts";
import type { Searches } from "../searches/searches.ts";
import { parseBody, runQuery } from "./schemas.ts";

const origin = z.looseObject({
  evaluation: z.unknown().optional(),
  backtest: z.unknown().optional(),
  /** Of a backtest. */
  ingredients: z.unknown().optional(),
  notebook: z.string().max(500).nullable().default(null),
});

export function runRoutes({
  runs,
  jobs,
  lakeRoot,
  searches,
}: {
  runs: RunStore;
  jobs: JobQueue;
  lakeRoot: string;
  searches: Searches;
}) {
  return new Hono()
    .get("/", (c) => json(runs.list(runQuery.parse(c.req.query()))))
    .post("/", async (c) => {
      const { evaluation, backtest, ingredients, notebook } = origin.parse(readWire(await c.req.text()));
      const packed =
        backtest === undefined
          ? packRun(keptEvaluation(evaluation))
          : packMade(keptBacktestRun(backtest), ingredients);
      const run = runs.add(packed, { source: "notebook", notebook });
      return c.json({ id: run.id }, 201);
    })
    .post("/evaluate", async (c) => {
      const request = await parseBody(c, evaluateRequest);
      const keep = (packed: PackedRun): { runId: string } => ({
        runId: runs.add(packed, { source: "form", notebook: null }).id,
      });
      return c.json(jobs.submit(evaluateJob({ request, lakeRoot, keep })), 202);
    })
    .post("/backtest", async (c) => {
      const request = await parseBody(c, backtestRequest);
      const keep = (packed: PackedRun): { runId: string } => ({
        runId: runs.add(packed, { source: "form", notebook: null }).id,
      });
      return c.json(jobs.submit(backtestJob({ request, lakeRoot, keep })), 202);
    })
    .post("/optimise", async (c) => c.json(await searches.start(await parseBody(c, optimiseRequest)), 202))
    .get("/:id", (c) => {
      const { run, resultJson, ingredientsJson } = runs.read(c.req.param("id"));
      const made = run.kind === "backtest" ? `,"ingredients":${ingredientsJson}` : "";
      return new Response(`{"run":${stringifyWire(run)},"${run.kind}":${resultJson}${made}}`, JSON_HEADERS);
    })
    .delete("/:id", (c) => {
      runs.delete(c.req.param("id"));
      return c.json({ deleted: c.req.param("id") });
    });
}

function packMade(made: Backtest, ingredients: unknown): PackedRun {
  return packBacktest(made, ingredients === undefined ? undefined : keptIngredients(ingredients, made));
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
      "The body is not JSON. Send { evaluation, notebook } or { backtest, notebook }.",
      {},
      { cause },
    );
  }
}
