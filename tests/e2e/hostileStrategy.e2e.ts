import { join } from "node:path";
import { expect, test } from "vitest";
import { builtInStrategy } from "#engine/strategies/index.ts";
import { evaluate } from "#engine/walkforward/evaluate.ts";
import { openLake } from "#server/lake/lake.ts";
import { cellText } from "./app.ts";
import { useWorkbench } from "./workbench.ts";

/**
 * A strategy in a cell that goes round what the bundler refuses, in its decision, its features and its own step, and
 * reaches for everything in the compute worker. Nothing may succeed, and the next evaluation must be right.
 */
const workbench = useWorkbench();

const API_PATHS = ["/", "/api/health", "/api/lake", "/api/notebooks", "/api/runs", "/api/jobs/events"];

/** Code that throws "SUCCEEDED" when it got through; `all` is the worker's global object. */
function attempts(origin: string): Record<string, string> {
  /** What needs time is started here; a later decision tells how it went. */
  const later = (promise: string): string =>
    `all.WebAssembly.told ??= "waiting"; ${promise}.then(() => { all.WebAssembly.told = "SUCCEEDED"; }, (error) => { all.WebAssembly.told = "REFUSED " + error; });`;
  const all: Record<string, string> = {
    fetch: `all.fetch("${origin}/api/health"); throw "SUCCEEDED";`,
    "fetch by its prototype": `Object.getPrototypeOf(Object.getPrototypeOf(all)).fetch.call(all, "/"); throw "SUCCEEDED";`,
    XMLHttpRequest: `new all.XMLHttpRequest(); throw "SUCCEEDED";`,
    WebSocket: `new all.WebSocket("${origin.replace("http", "ws")}"); throw "SUCCEEDED";`,
    EventSource: `new all.EventSource("${origin}/api/jobs/events"); throw "SUCCEEDED";`,
    indexedDB: `all.indexedDB.open("x"); throw "SUCCEEDED";`,
    caches: `all.caches.open("x"); throw "SUCCEEDED";`,
    BroadcastChannel: `new all.BroadcastChannel("x"); throw "SUCCEEDED";`,
    "a worker of its own": `new all.Worker("data:text/javascript,0"); throw "SUCCEEDED";`,
    beacon: `all.navigator.sendBeacon("${origin}"); throw "SUCCEEDED";`,
    "a message to the page": `all.postMessage({ ready: false }); throw "SUCCEEDED";`,
    "closing the worker": `all.close(); throw "SUCCEEDED";`,
    timers: `all.setTimeout(() => {}); throw "SUCCEEDED";`,
    "code by indirect eval": `(0, all.eval)("fetch('${origin}')"); throw "SUCCEEDED";`,
    "a forged answer": `all.MessagePort.prototype.postMessage = () => {}; throw "SUCCEEDED";`,
  };
  for (const path of API_PATHS) {
    all[`importScripts of ${path}`] = `all.importScripts("${origin}${path}"); throw "SUCCEEDED";`;
    all[`import() of ${path}`] = later(`make("return import('${origin}${path}')")()`);
  }
  return all;
}

const REACH = `const make = []["const" + "ructor"]["const" + "ructor"]; const all = make("return this")();`;
/** Gives an answer time to come, and tells it. */
const TELL = `let sum = 0; for (let i = 0; all.WebAssembly.told !== undefined && i < 3e6; i++) sum += i; if (all.WebAssembly.told?.length > 7) { const told = all.WebAssembly.told; delete all.WebAssembly.told; throw new Error(told + (sum < 0)); }`;

function strategyCell(name: string, where: "decide" | "features" | "step", code: string): string {
  const inside = (place: typeof where): string => (where === place ? `${REACH} ${code}` : "");
  return `const ${name} = defineStrategy({
  name: "hostile", timeframe: "5m", history: 20, parameters: {},
  features: ({ close }) => { ${inside("features")} return { own: step([close], () => { ${inside("step")} return (value) => value; }) }; },
  decide: ({ market }) => { { ${REACH} ${TELL} } ${inside("decide")} return []; },
});`;
}

const span = {
  startMs: Date.UTC(2024, 0, 10),
  endMs: Date.UTC(2024, 0, 24),
  symbols: ["BTC/USDT"],
  save: false,
};

test.each(["decide", "features", "step"] as const)(
  "a strategy's %s reaches nothing, each failure is told, and the next evaluation is right",
  async (where) => {
    const tries = Object.entries(attempts(workbench.app.url));
    const code = tries.map(([name, attempt], i) => {
      const outcome = `const outcome${i} = await evaluate(strategy${i}, options).then(() => "REFUSED without a word", (error) => (error.code ?? "") + " " + error.message);`;
      return `${strategyCell(`strategy${i}`, where, attempt)}\n${outcome}\nvoid ${JSON.stringify(name)};`;
    });
    await workbench.openNotebook("Hostile strategies", [
      ["ts", `const options = ${JSON.stringify(span)};`],
      ...code.map((text): ["ts", string] => ["ts", text]),
      ["ts", `const outcomes = [${tries.map((_, i) => `outcome${i}`).join(", ")}];`],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a cell
      ["ts", "display(html`<pre>${JSON.stringify(outcomes)}</pre>`);"],
      ["ts", `display((await evaluate("momentum-rank", { ...options, seed: outcomes.length })).hash);`],
    ]);
    const shown = tries.length + 3;
    await expect.poll(() => cellText(workbench.page, shown), { timeout: 200_000 }).toMatch(/^\[/);
    const outcomes = JSON.parse(await cellText(workbench.page, shown)) as string[];
    for (const [i, [name]] of tries.entries()) {
      expect(outcomes[i], name).not.toContain("SUCCEEDED");
      expect(outcomes[i], name).toMatch(
        name.startsWith("import()") ? /REFUSED (Type)?Error/ : /^(strategy|recipe)\./,
      );
    }
    const { endMs, startMs, symbols } = span;
    const universe = await openLake(join(workbench.app.home, "lake")).universe("simulated", "5m", {
      symbols,
    });
    const options = { startMs, endMs, seed: tries.length, simulated: true };
    await expect
      .poll(() => cellText(workbench.page, shown + 1))
      .toBe(evaluate(builtInStrategy("momentum-rank"), universe, options).hash);
    workbench.expectsConsoleErrors = true; // refusals of the content policy, told by the browser itself
  },
  300_000,
);
