import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { except } from "hono/combine";
import { secureHeaders } from "hono/secure-headers";
import { EngineError } from "#engine/core/errors.ts";
import type { JobQueue } from "./jobs/queue.ts";
import type { Lake } from "./lake/lake.ts";
import type { NotebookStore } from "./notebooks/store.ts";
import { allowedHosts, apiAccess } from "./routes/access.ts";
import { answerFailure } from "./routes/failure.ts";
import { healthRoutes } from "./routes/health.ts";
import { jobRoutes } from "./routes/jobs.ts";
import { lakeRoutes } from "./routes/lake.ts";
import { notebookRoutes } from "./routes/notebooks.ts";
import { openApi } from "./routes/openapi.ts";
import { pages } from "./routes/pages.ts";
import { runRoutes } from "./routes/runs.ts";
import type { RunStore } from "./runs/runStore.ts";
import { strategySummaries } from "./runs/strategies.ts";
import type { Searches } from "./searches/searches.ts";

/** All that the server stands on; tests give their own. */
export type AppDeps = {
  version: string;
  /** `WALKFORWARD_HOME`. */
  home: string;
  /** What the API asks of every caller; new with each start. */
  token: string;
  /** Names besides the loopback ones under which this server may be called. */
  hosts?: readonly string[];
  /** The built workbench. */
  staticDir: string;
  lake: Lake;
  notebooks: NotebookStore;
  runs: RunStore;
  jobs: JobQueue;
  searches: Searches;
  /** Laid over ccxt's own settings of an exchange, by its name: a proxy, another address. */
  exchangeSettings?: Readonly<Record<string, Record<string, unknown>>>;
  /** True once the bundled data are in the lake. */
  isReady: () => boolean;
  /** Where a defect goes; its words never leave through an answer. */
  report: (failure: unknown) => void;
};

/** No call but an import, which has its own limit, carries more than a notebook or an evaluation. */
const MAX_BODY_BYTES = 64_000_000;

export function createApp(deps: AppDeps) {
  const api = new Hono()
    .use(apiAccess(deps.token, deps.hosts ?? []))
    .use(
      except(
        ["/api/lake/preview", "/api/lake/import"],
        bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => tooLarge(MAX_BODY_BYTES) }),
      ),
    )
    .use(async (c, next) => {
      await next();
      if (!c.res.headers.has("Cache-Control")) c.header("Cache-Control", "no-store");
      c.header("Cross-Origin-Resource-Policy", "same-origin");
    })
    .route("/health", healthRoutes(deps))
    .get("/openapi.json", (c) => c.json(openApi(deps.version)))
    .route("/lake", lakeRoutes(deps))
    .route("/notebooks", notebookRoutes(deps.notebooks))
    .route("/runs", runRoutes({ ...deps, lakeRoot: deps.lake.root }))
    .get("/strategies", (c) => c.json(strategySummaries()))
    .route("/jobs", jobRoutes(deps))
    .all("*", (c) => {
      throw new EngineError("request.unknown-address", `There is no ${c.req.method} ${c.req.path}.`);
    });
  return new Hono()
    .onError((failure, c) => answerFailure(failure, c, deps.report))
    .use(
      secureHeaders({
        crossOriginResourcePolicy: false,
        // The sandboxed frame cannot be keyed by an origin it does not have; Chromium warns about the wish.
        originAgentCluster: false,
        crossOriginOpenerPolicy: "same-origin",
        strictTransportSecurity: false,
        xFrameOptions: false,
        referrerPolicy: "no-referrer",
      }),
    )
    .use(allowedHosts(deps.hosts ?? []))
    .route("/api", api)
    .route("/", pages(deps));
}

/** What the workbench's typed client is made from. */
export type App = ReturnType<typeof createApp>;

function tooLarge(most: number): never {
  throw new EngineError(
    "request.too-large",
    `The body is larger than the ${most} bytes that this address takes.`,
    {
      most,
    },
  );
}
