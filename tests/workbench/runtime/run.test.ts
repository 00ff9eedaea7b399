// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts of cells hold interpolations
import { afterEach, describe, expect, test } from "vitest";
import type { RuntimeHost } from "#runtime/types.ts";
import { Bench, FakeInput } from "./harness.ts";

const benches: Bench[] = [];

function bench(host: Partial<RuntimeHost> = {}): Bench {
  const made = new Bench(host);
  benches.push(made);
  return made;
}

afterEach(() => {
  for (const made of benches.splice(0)) made.runtime.dispose();
});

describe("values and displays", () => {
  test("an expression is shown, a program shows what it displays, and names cross between cells in any order", async () => {
    const b = await bench().open(["a + 1", "const a = 40; const unused = 1;", "display(a); display(a * 2);"]);
    expect(b.shown.get(1)).toEqual([41]);
    expect(b.shown.get(2)).toEqual([]);
    expect(b.shown.get(3)).toEqual([40, 80]);
    expect(b.states()).toEqual(["ok", "ok", "ok"]);
    expect(b.runtime.status(1)).toMatchObject({ reads: ["a"], defines: [], unresolved: [] });
    expect(b.runtime.status(2)).toMatchObject({ reads: [], defines: ["a", "unused"] });
  });

  test("a TypeScript cell runs without its types", async () => {
    const b = await bench().open([
      ["ts", "type P = { x: number };\nconst p: P = { x: 2 };"],
      ["ts", "p.x! as number"],
    ]);
    expect(b.shown.get(2)).toEqual([2]);
  });

  test("promises of other cells are awaited", async () => {
    const b = await bench().open(["const later = Promise.resolve(7)", "later + 1"]);
    expect(b.shown.get(2)).toEqual([8]);
  });

  test("a hidden cell shows nothing by itself", async () => {
    const b = await bench().open([["js", "1 + 1", { hidden: true }]]);
    expect(b.shown.get(1)).toEqual([]);
  });

  test("what a cell displayed stays until its next run shows something", async () => {
    const b = await bench().open(["const n = 1", "display(n); display(n + 1)"]);
    await b.editAndRun(1, "const n = 5");
    expect(b.shown.get(2)).toEqual([5, 6]);
    const actions = b.events.filter(({ id }) => id === 2).map(({ action }) => action);
    expect(actions).toEqual(["replace", "append", "replace", "append"]);
  });

  test("a display from an earlier run is dropped", async () => {
    const kept: ((value: unknown) => unknown)[] = [];
    const b = await bench({ library: { kept } }).open(["const n = 1", "kept.push(display); display(n)"]);
    await b.editAndRun(1, "const n = 2");
    kept[0]("late");
    expect(b.shown.get(2)).toEqual([2]);
    kept[1]("in time");
    expect(b.shown.get(2)).toEqual([2, "in time"]);
  });

  test("Markdown and HTML cells call the library's tag with their interpolations", async () => {
    const tag = (texts: TemplateStringsArray, ...values: unknown[]): string =>
      String.raw({ raw: texts }, ...values);
    const b = await bench({ library: { md: tag, html: tag } }).open([
      ["md", "# Of ${n}\n`code`"],
      ["html", "<b>${n}</b>"],
      "const n = 3",
    ]);
    expect(b.shown.get(1)).toEqual(["# Of 3\n`code`"]);
    expect(b.shown.get(2)).toEqual(["<b>3</b>"]);
  });

  test("an SQL cell puts values in quoted and names its result", async () => {
    const b = await bench({ runSql: async (sql) => [sql] }).open([
      ["sql", "SELECT * FROM ${ident(table)} WHERE symbol = ${symbol}", { output: "rows" }],
      "const table = 'simulated.btc_usdt_5m', symbol = \"O'Neil\"",
      "rows.length",
    ]);
    expect(b.shown.get(1)).toEqual([[`SELECT * FROM "simulated"."btc_usdt_5m" WHERE symbol = 'O''Neil'`]]);
    expect(b.shown.get(3)).toEqual([1]);
    expect(b.runtime.status(1).defines).toEqual(["rows"]);
  });
});

describe("reactivity", () => {
  test("moving a slider runs what depends on it again, and nothing else", async () => {
    const slider = new FakeInput(20);
    const b = await bench({ library: { slider } }).open([
      "const length = view(slider)",
      "const double = length * 2",
      "double + 1",
      "'apart'",
    ]);
    expect(b.shown.get(1)).toEqual([slider]);
    expect(b.shown.get(3)).toEqual([41]);
    slider.set(30);
    await b.until(() => b.shown.get(3)?.[0] === 61);
    await b.runtime.settled();
    expect(b.runtime.statuses().map(({ run }) => run)).toEqual([1, 2, 2, 1]);
    expect(b.states()).toEqual(["ok", "ok", "ok", "ok"]);
  });

  test("a generator is a live value for others", async () => {
    const seen: number[] = [];
    const b = await bench({ library: { seen } }).open([
      "const i = (function* () { for (let k = 0; k < 4; ++k) yield k; })()",
      "seen.push(i)",
    ]);
    await b.until(() => seen.includes(3));
    expect(seen).toEqual([...seen].sort());
    expect(seen[0]).toBe(0);
  });

  test("a Mutable is changed by its own cell's functions and followed by others", async () => {
    const b = await bench().open(["const n = Mutable(1); const raise = () => ++n.value;", "n * 10", "raise"]);
    expect(b.shown.get(2)).toEqual([10]);
    const [raise] = b.shown.get(3) as [() => void];
    raise();
    await b.until(() => b.shown.get(2)?.[0] === 20);
  });

  test("invalidation resolves when the cell runs again and when it is removed", async () => {
    const cleaned: number[] = [];
    const b = await bench({ library: { cleaned } }).open([
      "const n = 1",
      "{ const own = n; invalidation.then(() => cleaned.push(own)); }",
    ]);
    await b.editAndRun(1, "const n = 2");
    expect(cleaned).toEqual([1]);
    b.remove(2);
    await b.editAndRun(1, "const n = 3");
    expect(cleaned).toEqual([1, 2]);
  });
});

describe("staleness", () => {
  test("opening without running executes nothing and still shows what cells define and read", async () => {
    const touched: number[] = [];
    const b = await bench({ library: { touched } }).open(["touched.push(1); const a = 1;", "a + bb"], false);
    await b.runtime.settled();
    expect(touched).toEqual([]);
    expect(b.states()).toEqual(["new", "new"]);
    expect(b.runtime.status(2)).toMatchObject({ reads: ["a", "bb"], unresolved: [{ name: "bb" }] });
    expect(b.events).toEqual([]);
  });

  test("editing marks the cell and all that depends on it stale; running it mends them", async () => {
    const b = await bench().open(["const a = 1", "const b = a + 1", "b * 2", "'apart'"]);
    b.edit(1, "const a = 10");
    expect(b.states()).toEqual(["stale", "stale", "stale", "ok"]);
    expect(b.runtime.status(1).edited).toBe(true);
    expect(b.runtime.status(2).edited).toBe(false);
    expect(b.shown.get(3)).toEqual([4]);
    await b.runtime.runStale();
    await b.runtime.settled();
    expect(b.states()).toEqual(["ok", "ok", "ok", "ok"]);
    expect(b.shown.get(3)).toEqual([22]);
    expect(b.runtime.statuses().map(({ run }) => run)).toEqual([2, 2, 2, 1]);
  });

  test("taking an edit back takes the staleness back", async () => {
    const b = await bench().open(["const a = 1", "a"]);
    b.edit(1, "const a = 2");
    b.edit(1, "const a = 1");
    expect(b.states()).toEqual(["ok", "ok"]);
  });

  test("running one cell runs those it reads that never ran, and no others", async () => {
    const b = await bench().open(["const a = 1", "const b = a + 1", "b", "'apart'"], false);
    const status = await b.runtime.run(3);
    expect(status.state).toBe("ok");
    expect(b.shown.get(3)).toEqual([2]);
    expect(b.states()).toEqual(["ok", "ok", "ok", "new"]);
  });

  test("removing a cell leaves those that read it failing by name, and putting it back heals them", async () => {
    const b = await bench().open(["const alpha = 1", "alpha + 1"]);
    const before = b.source;
    b.remove(1);
    await b.until(() => b.state(2) === "failed");
    expect(b.runtime.status(2).failure).toMatchObject({
      code: "notebook.unknown-name",
      details: { name: "alpha" },
    });
    b.source = before;
    b.runtime.update(before);
    await b.runtime.run(1);
    await b.runtime.settled();
    expect(b.states()).toEqual(["ok", "ok"]);
  });

  test("moving cells runs nothing", async () => {
    const b = await bench().open(["const a = 1", "a"]);
    b.runtime.update({ ...b.source, cells: [...b.source.cells].reverse() });
    await b.runtime.settled();
    expect(b.runtime.statuses().map(({ id, run, state }) => [id, run, state])).toEqual([
      [2, 1, "ok"],
      [1, 1, "ok"],
    ]);
  });
});

describe("failures", () => {
  test("a cell that throws fails alone, its dependents wait for it by name, and mending it heals them", async () => {
    const b = await bench().open([
      "const features = (() => { throw new Error('no candles'); })()",
      "const scaled = features + 1",
      "scaled",
      "'apart'",
    ]);
    expect(b.states()).toEqual(["failed", "waiting", "waiting", "ok"]);
    expect(b.runtime.status(1).failure).toMatchObject({ message: "no candles", line: 1 });
    expect(b.runtime.status(2)).toMatchObject({
      waitsFor: ["features"],
      failure: { causedBy: { id: 1, name: "features" } },
    });
    expect(b.runtime.status(3).failure?.causedBy).toEqual({ id: 1, name: "features" });
    await b.editAndRun(1, "const features = 1");
    expect(b.states()).toEqual(["ok", "ok", "ok", "ok"]);
    expect(b.shown.get(3)).toEqual([2]);
  });

  test("an error tells the line of the cell's own text, in JavaScript and in TypeScript", async () => {
    const js = "const x = 1;\n\nconst y = null.foo;";
    const ts = 'type A = {\n  a: number;\n};\n\nconst z: A = { a: 1 };\nthrow new Error("here");';
    const b = await bench().open([js, ["ts", ts], ["ts", "\n\n(null as any).foo"]]);
    expect(b.runtime.status(1).failure?.line).toBe(3);
    expect(b.runtime.status(2).failure).toMatchObject({ message: "here", line: 6 });
    expect(b.runtime.status(3).failure?.line).toBe(3);
  });

  test("a syntax error has its place, and those who read the cell's names wait for it", async () => {
    const b = await bench().open(["const a = 1", "a + 1"]);
    await b.editAndRun(1, "const a = 1;\nconst b = = 2;");
    expect(b.runtime.status(1)).toMatchObject({
      state: "failed",
      failure: { code: "notebook.syntax", line: 2, column: 11 },
      syntax: { line: 2, column: 11 },
    });
    expect(b.runtime.status(2)).toMatchObject({
      state: "waiting",
      failure: { causedBy: { id: 1, name: "a" } },
    });
    await b.editAndRun(1, "const a = 5");
    expect(b.shown.get(2)).toEqual([6]);
  });

  test("a text that does not compile is marked before it is run, and what ran goes on", async () => {
    const b = await bench().open(["const a = 1", "a"]);
    b.edit(1, "const a = (");
    await b.until(() => b.runtime.status(1).syntax !== undefined);
    expect(b.states()).toEqual(["stale", "stale"]);
    expect(b.shown.get(2)).toEqual([1]);
  });

  test("an unknown name suggests the nearest one", async () => {
    const b = await bench({ library: { rsi: () => 1 } }).open(["const threshold = 1", "treshold + rsii(2)"]);
    expect(b.runtime.status(2).unresolved).toEqual([
      { name: "treshold", nearest: "threshold" },
      { name: "rsii", nearest: "rsi" },
    ]);
    expect(b.runtime.status(2).failure?.message).toContain("Did you mean");
  });

  test("a browser's odd globals are not taken for a trader's names", async () => {
    Object.assign(globalThis, { close: () => undefined });
    const b = await bench().open(["close"]);
    Reflect.deleteProperty(globalThis, "close");
    expect(b.runtime.status(1).failure?.code).toBe("notebook.unknown-name");
  });

  test("a name that two cells define fails both and their readers, and renaming one heals all", async () => {
    const b = await bench().open(["const a = 1", "const a = 2", "a"]);
    expect(b.states()).toEqual(["failed", "failed", "waiting"]);
    expect(b.runtime.status(1).failure).toMatchObject({
      code: "notebook.duplicate-name",
      details: { name: "a", cells: [1, 2] },
    });
    await b.editAndRun(2, "const b = 2");
    expect(b.states()).toEqual(["ok", "ok", "ok"]);
    expect(b.shown.get(3)).toEqual([1]);
  });

  test("a circle of names is told with its way around, and heals when it is broken", async () => {
    const b = await bench().open(["const a = b + 1", "const b = c + 1", "const c = a + 1", "'apart'"]);
    expect(b.states()).toEqual(["failed", "failed", "failed", "ok"]);
    expect(b.runtime.status(1).failure).toMatchObject({
      code: "notebook.circular",
      details: {
        path: [
          { id: 2, name: "b" },
          { id: 3, name: "c" },
          { id: 1, name: "a" },
        ],
      },
    });
    await b.editAndRun(3, "const c = 1");
    expect(b.states()).toEqual(["ok", "ok", "ok", "ok"]);
    expect(b.runtime.value("a")).toBe(3);
  });

  test("a cell in a language that does not run here says so and is no concern of the others", async () => {
    const b = await bench().open([["python", "print(1)"], "1"]);
    expect(b.runtime.status(1)).toMatchObject({
      state: "failed",
      failure: { code: "notebook.mode-not-run" },
    });
    expect(b.runtime.status(1).syntax).toBeUndefined();
    expect(b.state(2)).toBe("ok");
  });

  test("an import that the library does not have suggests the nearest", async () => {
    const b = await bench({ library: { sma: () => 5 }, engineNames: ["sma"] }).open([
      'import { smaa } from "walkforward";',
      'import { sma as average } from "walkforward";\naverage()',
    ]);
    expect(b.runtime.status(1).failure).toMatchObject({
      code: "notebook.import-not-found",
      details: { nearest: "sma" },
    });
    expect(b.state(2)).toBe("ok");
    expect(b.runtime.status(2).defines).toEqual(["average"]);
  });

  test.each([
    ["a text", "throw 'no'", '"no" was thrown.'],
    ["nothing", "throw undefined", "A value of type undefined was thrown."],
    ["an object without text", "throw Object.create(null)", "A value of type object was thrown."],
    [
      "an error whose message runs code",
      "throw Object.defineProperty(new Error(), 'message', { get() { throw 1; } })",
      "Something was thrown that cannot be read.",
    ],
    [
      "an error with details that are no data",
      "const d = {}; d.d = d; throw Object.assign(new Error('x'), { details: d })",
      "Something was thrown that cannot be read.",
    ],
    [
      "a value that cannot be touched",
      "throw new Proxy({}, { getPrototypeOf() { throw 1; }, get() { throw 1; } })",
      "Something was thrown that cannot be read.",
    ],
  ])("throwing %s fails its own cell only", async (_, text, message) => {
    const b = await bench().open([text, "1"]);
    expect(b.runtime.status(1)).toMatchObject({ state: "failed", failure: { message } });
    expect(b.state(2)).toBe("ok");
  });

  test("values that cannot be looked at take neither the list of variables nor other cells down", async () => {
    const trap = "new Proxy({}, { get() { throw new Error('no'); }, ownKeys() { throw new Error('no'); } })";
    const b = await bench().open([
      `const odd = [${trap}];`,
      `const worse = { get then() { throw 1; }, a: 1 };`,
      "1",
    ]);
    expect(b.state(3)).toBe("ok");
    expect(b.runtime.variables().map(({ name }) => name)).toContain("odd");
  });

  test("a compiler that dies fails the cell, and the next run asks it again", async () => {
    let isDead = true;
    const { compile } = await import("#runtime/compile.ts");
    const b = await bench({
      compile: async (cell) => {
        if (isDead) throw new Error("The worker stopped.");
        return compile(cell);
      },
    }).open(["1"]);
    expect(b.runtime.status(1).failure?.code).toBe("notebook.compiler-failed");
    isDead = false;
    await b.runtime.run(1);
    expect(b.state(1)).toBe("ok");
  });
});

describe("stopping", () => {
  /** A long call of the library that ends when its cell's signal is aborted. */
  function longCalls() {
    const signals: AbortSignal[] = [];
    const finish: ((value: unknown) => void)[] = [];
    const evaluate = (signal: AbortSignal) => () =>
      new Promise((resolve) => {
        signals.push(signal);
        finish.push(resolve);
      });
    return {
      signals,
      finish,
      perRun: { evaluate: ({ signal }: { signal: AbortSignal }) => evaluate(signal) },
    };
  }

  test("a stopped cell's signal is aborted, the cell says so, and it runs again when asked", async () => {
    const calls = longCalls();
    const b = bench({ perRun: calls.perRun });
    const opened = b.open(["const result = await evaluate()", "result"]);
    await b.until(() => b.runtime.status(1).state === "running" && calls.signals.length === 1);
    expect(b.runtime.status(2)).toMatchObject({ state: "waiting", waitsFor: ["result"] });
    b.runtime.stop(1);
    await opened;
    expect(calls.signals[0].aborted).toBe(true);
    expect(b.runtime.status(1)).toMatchObject({ state: "failed", failure: { code: "canceled" } });
    expect(b.runtime.status(2).failure?.causedBy).toEqual({ id: 1, name: "result" });
    const again = b.runtime.runStale();
    await b.until(() => calls.finish.length === 2);
    calls.finish[1](5);
    await again;
    await b.runtime.settled();
    expect(b.shown.get(2)).toEqual([5]);
  });

  test("a run that is replaced is aborted, and its late answer is dropped", async () => {
    const slider = new FakeInput(1);
    const calls = longCalls();
    const b = bench({ library: { slider }, perRun: calls.perRun });
    const opened = b.open(["const n = view(slider)", "const result = (n, await evaluate())", "result"]);
    await b.until(() => calls.signals.length === 1);
    slider.set(2);
    await b.until(() => calls.signals.length === 2);
    expect(calls.signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    calls.finish[0]("late");
    calls.finish[1]("new");
    await opened;
    await b.runtime.settled();
    expect(b.shown.get(3)).toEqual(["new"]);
    expect(b.events.some((event) => "value" in event && event.value === "late")).toBe(false);
  });

  test("running an edited cell aborts what it replaces, even a promise that never settles", async () => {
    const calls = longCalls();
    const b = bench({ perRun: calls.perRun });
    void b.open(["const a = await evaluate()", "a"]);
    await b.until(() => calls.signals.length === 1);
    await b.editAndRun(1, "const a = 3");
    expect(calls.signals[0].aborted).toBe(true);
    expect(b.shown.get(2)).toEqual([3]);
  });

  test("a removed cell's run is aborted", async () => {
    const calls = longCalls();
    const b = bench({ perRun: calls.perRun });
    const opened = b.open(["await evaluate()"]);
    await b.until(() => calls.signals.length === 1);
    b.remove(1);
    await opened;
    expect(calls.signals[0].aborted).toBe(true);
  });

  test("a stopped generator stands still and its cell is stale until it runs again", async () => {
    const b = await bench().open(["const i = (function* () { for (let k = 0; ; ++k) yield k; })()", "i"]);
    await b.until(() => Number(b.shown.get(2)?.[0]) > 2);
    b.runtime.stop(1);
    await b.runtime.settled();
    const last = b.runtime.value("i");
    expect(b.states()).toEqual(["stale", "stale"]);
    await new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
    expect(b.runtime.value("i")).toBe(last);
    await b.runtime.run(1);
    expect(b.runtime.status(1).state).toBe("ok");
  });

  test("interrupt stops all that runs", async () => {
    const calls = longCalls();
    const b = bench({ perRun: calls.perRun });
    const opened = b.open(["await evaluate()", "await evaluate()", "1"]);
    await b.until(() => calls.signals.length === 2);
    b.runtime.interrupt();
    await opened;
    expect(b.states()).toEqual(["failed", "failed", "ok"]);
  });

  test("what is typed while a run is being prepared makes its result stale", async () => {
    const b = await bench().open(["const a = 1"]);
    b.edit(1, "const a = 2");
    const run = b.runtime.run(1);
    b.edit(1, "const a = 3");
    await run;
    expect(b.runtime.status(1)).toMatchObject({ edited: b.runtime.value("a") !== 3 });
  });

  test("an order to run that is overtaken by another is not carried out twice", async () => {
    const b = await bench().open(["const a = 1"]);
    b.edit(1, "const a = 2");
    const first = b.runtime.run(1);
    b.edit(1, "const a = 3");
    await Promise.all([first, b.runtime.run(1)]);
    expect(b.runtime.value("a")).toBe(3);
    expect(b.runtime.status(1).run).toBe(2);
  });
});

test("variables are listed with type, size, owner and staleness", async () => {
  const b = await bench().open([
    "const closes = Float64Array.of(1, 2, 3)",
    "const f = (x) => x",
    "const n = closes[0]",
  ]);
  b.edit(1, "const closes = []");
  expect(b.runtime.variables()).toEqual([
    { name: "closes", owner: 1, type: "Float64Array", size: "3 items", preview: "1, 2, 3", stale: true },
    { name: "f", owner: 2, type: "function", preview: "(x)", stale: false },
    { name: "n", owner: 3, type: "number", preview: "1", stale: true },
  ]);
});
