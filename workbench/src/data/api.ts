import { EngineError } from "#engine/core/errors.ts";
import { parseWire, stringifyWire } from "#engine/core/wireJson.ts";
import type { Trial } from "#engine/trials/trial.ts";
import type * as contract from "#server/contract.ts";

/** The server is not there (stopped, restarting, another port); what was asked for can be tried again. */
export class OfflineError extends Error {
  override readonly name = "OfflineError";
}

/** Another version of the notebook is on disk; `theirs` is that version. */
export class SaveConflictError extends Error {
  override readonly name = "SaveConflictError";
  constructor(readonly theirs: contract.Notebook) {
    super(`"${theirs.title}" was changed elsewhere since it was opened here.`);
  }
}

const TOKEN_HEADER = "x-walkforward-token";

const place = () => document.querySelector<HTMLMetaElement>('meta[name="walkforward-token"]');

/** The access token that the server wrote into this very page; no other page of the browser can read it. */
export function accessToken(): string {
  return place()?.content ?? "";
}

/**
 * A server that was started again has another token, and writes it into the page it serves now. True when that
 * is another than this page had.
 */
export async function renewToken(): Promise<boolean> {
  const meta = place();
  if (meta === null) return false;
  const page = await fetch("/", { cache: "no-store" });
  const served = new DOMParser().parseFromString(await page.text(), "text/html");
  const token = served.querySelector<HTMLMetaElement>('meta[name="walkforward-token"]')?.content;
  if (!token || token === meta.content) return false;
  meta.content = token;
  return true;
}

async function call(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const answer = await send(method, path, body, signal);
  if (answer.ok || answer.status === 409) return answer;
  const error = await failure(answer);
  const isDenied = error instanceof EngineError && error.code === "access.denied";
  if (!isDenied || !(await renewToken())) throw error;
  const second = await send(method, path, body, signal);
  if (second.ok || second.status === 409) return second;
  throw await failure(second);
}

async function send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { [TOKEN_HEADER]: accessToken() };
  let payload: BodyInit | undefined;
  if (body instanceof FormData) payload = body;
  else if (body !== undefined) {
    headers["content-type"] = "application/json";
    // Results may hold NaN and infinities, which travel in a form of their own.
    payload = stringifyWire(body);
  }
  try {
    return await fetch(`/api${path}`, { method, headers, body: payload, signal });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new OfflineError("The server does not answer. Start it again with `walkforward serve`.", { cause });
  }
}

/** The server's own words where it gave any, else what little the status says. */
async function failure(response: Response): Promise<Error> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as contract.ApiError;
    return new EngineError(error.code, error.message, error.details);
  } catch {
    if (response.status >= 502) return new OfflineError("The server does not answer.");
    return new EngineError("api.unexpected", `The server answered ${response.status} without a reason.`, {
      status: response.status,
    });
  }
}

async function json<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await call(method, path, body, signal);
  if (!response.ok) throw await failure(response);
  return parseWire(await response.text()) as T;
}

const id = encodeURIComponent;

export type Health = { name: string; version: string; home: string; ready: boolean; chromium?: unknown };

/** Every route of the server that the workbench uses, under the name of what it does. */
export const api = {
  health: (signal?: AbortSignal) => json<Health>("GET", "/health", undefined, signal),

  lake: () => json<contract.LakeListing>("GET", "/lake"),
  deleteSeries: (seriesId: string) => json<unknown>("DELETE", `/lake/series?id=${id(seriesId)}`),
  previewImport: (form: FormData, signal?: AbortSignal) =>
    json<contract.ImportPreview>("POST", "/lake/preview", form, signal),
  importFile: (form: FormData, signal?: AbortSignal) =>
    json<contract.ImportReport>("POST", "/lake/import", form, signal),
  ingest: (request: IngestRequest) => json<contract.Job>("POST", "/lake/ingest", request),

  notebooks: () => json<contract.NotebookSummary[]>("GET", "/notebooks"),
  notebook: (notebook: string) => json<contract.Notebook>("GET", `/notebooks/${id(notebook)}`),
  createNotebook: (
    title: string,
    text: string,
    more: Pick<contract.NewNotebook, "trialsOf" | "trials"> = {},
  ) => json<contract.Notebook>("POST", "/notebooks", { title, text, ...more } satisfies contract.NewNotebook),
  async saveNotebook(notebook: string, save: contract.SaveNotebook): Promise<contract.Notebook> {
    const response = await call("PUT", `/notebooks/${id(notebook)}`, save);
    const answer = (await response.json()) as contract.Notebook | contract.SaveConflict;
    if ("theirs" in answer) throw new SaveConflictError(answer.theirs);
    return answer;
  },
  renameNotebook: (notebook: string, title: string) =>
    json<contract.Notebook>("POST", `/notebooks/${id(notebook)}/rename`, { title }),
  duplicateNotebook: (notebook: string) =>
    json<contract.Notebook>("POST", `/notebooks/${id(notebook)}/duplicate`),
  /** The ledger of a notebook's trials, as the text of its file. */
  async trials(notebook: string): Promise<string> {
    const response = await call("GET", `/notebooks/${id(notebook)}/trials`);
    return response.text();
  },
  /** A figure that is NaN goes as null, as in the ledger. */
  addTrials: (notebook: string, trials: readonly Trial[], known: contract.LedgerHead) =>
    json<contract.LedgerChange>("POST", `/notebooks/${id(notebook)}/trials`, {
      trials: JSON.parse(JSON.stringify(trials)),
      known,
    }),
  clearTrials: (notebook: string, reason: string, known: contract.LedgerHead) =>
    json<contract.LedgerChange>("POST", `/notebooks/${id(notebook)}/trials/clear`, { reason, known }),
  deleteNotebook: (notebook: string) => json<unknown>("DELETE", `/notebooks/${id(notebook)}`),
  trash: () => json<contract.NotebookSummary[]>("GET", "/notebooks/trash"),
  restoreNotebook: (notebook: string) =>
    json<contract.Notebook>("POST", `/notebooks/trash/${id(notebook)}/restore`),

  strategies: () => json<contract.StrategySummary[]>("GET", "/strategies"),
  evaluate: (request: contract.EvaluateRequest) => json<contract.Job>("POST", "/runs/evaluate", request),
  saveRun: (
    made: { evaluation: unknown } | { backtest: unknown; ingredients: unknown },
    notebook: string | null,
  ) => json<{ id: string }>("POST", "/runs", { ...made, notebook }),
  backtest: (request: contract.BacktestRequest) => json<contract.Job>("POST", "/runs/backtest", request),
  optimise: (request: contract.OptimiseRequest) => json<contract.Job>("POST", "/runs/optimise", request),
  runs: () => json<contract.RunSummary[]>("GET", "/runs"),
  run: (run: string) =>
    json<contract.RunDetails | contract.BacktestDetails | contract.OptimisationDetails>(
      "GET",
      `/runs/${id(run)}`,
    ),
  deleteRun: (run: string) => json<unknown>("DELETE", `/runs/${id(run)}`),

  jobs: () => json<contract.Job[]>("GET", "/jobs"),
  cancelJob: (job: string) => json<unknown>("POST", `/jobs/${id(job)}/cancel`),
  /** Jobs as they change, until `signal` ends it; rejects when the server goes away. */
  async followJobs(
    signal: AbortSignal,
    onJob: (job: contract.Job) => void,
    onOpen: () => void,
  ): Promise<void> {
    const response = await call("GET", "/jobs/events", undefined, signal);
    if (!response.ok || response.body === null) throw await failure(response);
    onOpen();
    await readEvents(response.body, (data) => onJob(JSON.parse(data) as contract.Job));
    throw new OfflineError("The server closed the connection.");
  },
};

export type IngestRequest = {
  exchange: string;
  symbols: string[];
  timeframe: string;
  fromMs: number;
  toMs?: number;
};

/** Reads a server-sent event stream; `EventSource` cannot send the token. */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  onData: (data: string) => void,
): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = (rest + value).split(/\r?\n\r?\n/);
    rest = events.pop() ?? "";
    for (const event of events) {
      const data = event
        .split(/\r?\n/)
        .filter((line) => line.startsWith("data:"))
        .map((line) => line.slice(5).trimStart())
        .join("\n");
      if (data !== "") onData(data);
    }
  }
}
