import { z } from "zod";
import { ingestRequest } from "../exchange/ingestJob.ts";
import { importOptions } from "../lake/importOptions.ts";
import { backtestRequest } from "../runs/backtestRequest.ts";
import { evaluateRequest } from "../runs/evaluateRequest.ts";
import { optimiseRequest } from "../searches/optimiseRequest.ts";
import { TOKEN_HEADER } from "./access.ts";
import {
  clearTrials,
  newNotebook,
  newTrials,
  renameNotebook,
  runQuery,
  saveNotebook,
  seriesQuery,
} from "./schemas.ts";

type Operation = {
  summary: string;
  body?: z.ZodType;
  query?: z.ZodObject;
  upload?: boolean;
  answer?: string;
};

/** Every address of the API; a test holds the list against the routes that there are. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  "GET /api/health": { summary: "Name, version, home, and whether the sample data are made" },
  "GET /api/openapi.json": { summary: "This description" },
  "GET /api/lake": { summary: "What the lake holds" },
  "GET /api/lake/files/:hash": {
    summary: "One Parquet file, by its SHA-256",
    answer: "application/vnd.apache.parquet",
  },
  "POST /api/lake/preview": {
    summary: "What an import of the file would store",
    body: importOptions,
    upload: true,
  },
  "POST /api/lake/import": {
    summary: "Imports a file, all of it or nothing",
    body: importOptions,
    upload: true,
  },
  "POST /api/lake/ingest": {
    summary: "Starts to fetch candles from an exchange; answers with the job",
    body: ingestRequest,
  },
  "DELETE /api/lake/series": { summary: "Deletes a series", query: seriesQuery },
  "GET /api/notebooks": { summary: "Notebooks of one's own and samples" },
  "POST /api/notebooks": { summary: "Makes a notebook: new, imported or copied", body: newNotebook },
  "GET /api/notebooks/trash": { summary: "Deleted notebooks" },
  "POST /api/notebooks/trash/:id/restore": { summary: "Brings a deleted notebook back" },
  "GET /api/notebooks/:id": { summary: "One notebook with its text" },
  "PUT /api/notebooks/:id": {
    summary: "Saves over the version it was based on; 409 shows another one",
    body: saveNotebook,
  },
  "DELETE /api/notebooks/:id": { summary: "Moves a notebook to the trash" },
  "POST /api/notebooks/:id/rename": {
    summary: "Gives another title, and with it another id",
    body: renameNotebook,
  },
  "POST /api/notebooks/:id/duplicate": { summary: "Copies a notebook and the ledger of its trials" },
  "GET /api/notebooks/:id/trials": {
    summary: "The ledger of a notebook's trials, a line for each",
    answer: "application/jsonl",
  },
  "POST /api/notebooks/:id/trials": {
    summary: "Appends trials that the ledger does not count yet; answers with their lines",
    body: newTrials,
  },
  "POST /api/notebooks/:id/trials/clear": {
    summary: "Begins to count trials anew, by a line that says so",
    body: clearTrials,
  },
  "GET /api/strategies": { summary: "The built-in strategies with their parameters" },
  "GET /api/runs": { summary: "Kept evaluations and backtests, the latest first", query: runQuery },
  "POST /api/runs": {
    summary: "Keeps an evaluation or a backtest made elsewhere",
    body: z.object({
      evaluation: z.looseObject({}).optional(),
      backtest: z.looseObject({}).optional(),
      ingredients: z.looseObject({}).optional(),
      notebook: z.string().nullable().optional(),
    }),
  },
  "POST /api/runs/evaluate": { summary: "Starts an evaluation; answers with the job", body: evaluateRequest },
  "POST /api/runs/backtest": { summary: "Starts a backtest; answers with the job", body: backtestRequest },
  "POST /api/runs/optimise": {
    summary: "Starts a walk-forward optimisation, which a restart does not end; answers with the job",
    body: optimiseRequest,
  },
  "GET /api/runs/:id": { summary: "One run with its whole result" },
  "DELETE /api/runs/:id": { summary: "Deletes a run" },
  "GET /api/jobs": { summary: "Jobs since the server started, the latest first" },
  "GET /api/jobs/events": { summary: "Every change of a job, as it happens", answer: "text/event-stream" },
  "GET /api/jobs/:id": { summary: "One job" },
  "POST /api/jobs/:id/cancel": { summary: "Asks a job to stop" },
};

const failure = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) }),
});

/** The API in the words of OpenAPI 3.1, made from the very schemas that parse the requests. */
export function openApi(version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [address, operation] of Object.entries(OPERATIONS)) {
    const [method, path] = address.split(" ");
    paths[path.replace(/:(\w+)/g, "{$1}")] ??= {};
    paths[path.replace(/:(\w+)/g, "{$1}")][method.toLowerCase()] = described(path, operation);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Walkforward",
      version,
      description: 'Numbers that JSON has not are written as {"$number":"NaN"}.',
    },
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: "apiKey", in: "header", name: TOKEN_HEADER } } },
    paths,
  };
}

function described(
  path: string,
  { summary, body, query, upload, answer = "application/json" }: Operation,
): unknown {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    ...{ name, in: "path", required: true, schema: { type: "string" } },
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    ...{ name, in: "query", required: !(schema as z.ZodType).safeParse(undefined).success },
    schema: jsonSchema(schema as z.ZodType),
  }));
  return {
    summary,
    ...(inPath.length + inQuery.length > 0 && { parameters: [...inPath, ...inQuery] }),
    ...(body && { requestBody: { required: true, content: upload ? uploaded(body) : json(body) } }),
    responses: {
      "2XX": { description: summary, content: { [answer]: {} } },
      default: { description: "What went wrong and how to mend it", content: json(failure) },
    },
  };
}

function json(schema: z.ZodType): Record<string, unknown> {
  return { "application/json": { schema: jsonSchema(schema) } };
}

function uploaded(options: z.ZodType): Record<string, unknown> {
  const properties = { file: { type: "string", format: "binary" }, options: jsonSchema(options) };
  return { "multipart/form-data": { schema: { type: "object", required: ["file"], properties } } };
}

function jsonSchema(schema: z.ZodType): unknown {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest;
}
