import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { ZodError } from "zod";
import { EngineError } from "#engine/core/errors.ts";
import type { ApiError } from "../contract.ts";

/** Which status a code stands for; by whole code first, then by its last part; anything else is the caller's 400. */
const STATUS: Readonly<Record<string, ContentfulStatusCode>> = {
  "access.denied": 403,
  "notebook.conflict": 409,
  "notebook.exists": 409,
  "notebook.read-only": 403,
  "lake.busy": 409,
  "lake.bad-manifest": 500,
  "lake.corrupt-file": 500,
  "lake.missing-file": 500,
  "lake.unreadable": 500,
  "lake.no-permission": 500,
  "server.closing": 503,
  canceled: 409,
  "too-large": 413,
  unknown: 404,
  "unknown-address": 404,
  "unknown-series": 404,
  "unknown-symbol": 404,
  "file-gone": 404,
  "disk-full": 507,
  "write-failed": 500,
  "worker-died": 500,
  unavailable: 503,
};

export function statusOf(code: string): ContentfulStatusCode {
  return STATUS[code] ?? STATUS[code.slice(code.lastIndexOf(".") + 1)] ?? 400;
}

/**
 * Every failure leaves as `{ error: { code, message, details } }`. A mistake that someone can mend keeps its
 * words; anything else is a defect of ours: it goes to `report` whole and leaves without its internals.
 */
export function answerFailure(failure: unknown, c: Context, report: (failure: unknown) => void): Response {
  if (failure instanceof EngineError) {
    const body = { error: { code: failure.code, message: failure.message, details: { ...failure.details } } };
    return c.json(body satisfies ApiError, statusOf(failure.code));
  }
  if (failure instanceof ZodError) {
    const issues = failure.issues.map((issue) => ({
      path: issue.path.map(String).join("."),
      message: issue.message,
    }));
    const message = `The request is not what this address expects: ${issues.map(sentence).join("; ")}.`;
    return c.json(
      { error: { code: "request.invalid", message, details: { issues } } } satisfies ApiError,
      400,
    );
  }
  if (failure instanceof HTTPException) {
    const code = failure.status === 413 ? "request.too-large" : "request.invalid";
    const message = failure.message || `The server refused the request (status ${failure.status}).`;
    return c.json({ error: { code, message, details: {} } } satisfies ApiError, failure.status);
  }
  report(failure);
  const message =
    "Something went wrong inside the server; its log has the details. Nothing was changed by intent.";
  return c.json({ error: { code: "server.failure", message, details: {} } } satisfies ApiError, 500);
}

function sentence({ path, message }: { path: string; message: string }): string {
  return path === "" ? message : `${path}: ${message}`;
}
