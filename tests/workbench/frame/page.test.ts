// @vitest-environment jsdom
import { afterEach, describe, expect, test, vi } from "vitest";
import type { CellStatus } from "#runtime/types.ts";
import { staticCode } from "#workbench/editor/staticCode.ts";
import { messageParts } from "#workbench/frame/failure.ts";
import { allowTemplateListeners } from "#workbench/frame/handlers.ts";
import { closeDoors } from "#workbench/frame/hygiene.ts";
import { Jobs } from "#workbench/frame/jobs.ts";
import { md, plainProse, slugify } from "#workbench/frame/markdown.ts";
import { Outputs } from "#workbench/frame/outputs.ts";
import { ShellPort } from "#workbench/frame/port.ts";
import { StatusReport, summary } from "#workbench/frame/statusReport.ts";
import type { FrameJob, FromFrame } from "#workbench/shell/protocol.ts";

/** An interpolation as it stands in a Markdown cell's text. */
const HOLE = "$" + "{danger()}";

afterEach(() => vi.useRealTimers());

function status(id: number, state: CellStatus["state"], more: Partial<CellStatus> = {}): CellStatus {
  return { id, state, defines: [], reads: [], unresolved: [], edited: false, run: 1, ...more };
}

describe("hygiene", () => {
  test("peer connections are gone from the scope and cannot be put back by a getter", () => {
    const scope = { RTCPeerConnection: class {}, other: 1 };
    expect(closeDoors(scope)).toEqual(["RTCPeerConnection"]);
    expect("RTCPeerConnection" in scope).toBe(false);
    expect(scope.other).toBe(1);
  });
});

describe("listeners in templates", () => {
  test("a placeholder is never parsed as an inline script, and its function becomes the listener", () => {
    allowTemplateListeners();
    const template = document.createElement("template");
    template.innerHTML = "<button onclick=::0>a</button><i title='onclick=::1'>b</i>";
    const button = template.content.querySelector("button");
    expect(button?.getAttributeNames()).toEqual(["x-onclick"]);
    const listener = vi.fn();
    Reflect.set(button as object, "x-onclick", listener);
    button?.click();
    expect(listener).toHaveBeenCalledOnce();
  });
});

describe("Markdown", () => {
  test("an interpolated element keeps its identity and other values become text", () => {
    const node = document.createElement("b");
    const made = md`# Title ${1 + 1}\n\nBefore ${node} after ${[3, 4]}`;
    expect(made.querySelector("b")).toBe(node);
    expect(made.querySelector("h1")?.id).toBe("title-2");
    expect(made.textContent).toContain("after 34");
  });

  test("tables and fenced code are rendered, and code of a known language has its colours", () => {
    const made = md`${"| a |\n|---|\n| 1 |\n\n```ts\nconst x = 1;\n```"}`;
    expect(made.querySelector("td")?.textContent).toBe("1");
    expect(made.querySelector("pre .tok-keyword")?.textContent).toBe("const");
  });

  test("prose that may not run shows its interpolations and its raw HTML as text", () => {
    const made = plainProse(`a ${HOLE} <img src=x onerror=alert(1)>`);
    expect(made.querySelector("img")).toBeNull();
    expect(made.textContent).toContain(HOLE);
  });

  test("prose that may not run leaves out tags that only say how text looks", () => {
    const made = plainProse(
      'this is <span class="simulated" onclick="alert(1)">simulated</span>, <b>bold</b><br/>\n\n' +
        "<div><script>alert(1)</script></div>\n\nand <spanner>one</spanner>",
    );
    expect(made.querySelectorAll("span, b, br, div, script, spanner")).toHaveLength(0);
    expect(made.textContent).toContain("this is simulated, bold");
    expect(made.textContent).toContain("<div><script>alert(1)</script></div>");
    expect(made.textContent).toContain("<spanner>one</spanner>");
  });

  test("anchors are words joined by hyphens", () => {
    expect(slugify("What's  new, in 2024?")).toBe("whats-new-in-2024");
  });
});

describe("static code", () => {
  test("every line of the text is a line of the page, with the text unchanged", () => {
    const text = "const a = `x\ny`;\n\n// end";
    const lines = [...staticCode(text, "ts").children];
    expect(lines.map((line) => line.textContent)).toEqual(text.split("\n"));
  });

  test("a language that is not known is shown as it is", () => {
    expect(staticCode("print(1)\nx", "python").children).toHaveLength(2);
  });
});

describe("messages", () => {
  test("names and cells that a message speaks of can be told from its words", () => {
    expect(messageParts("`a` is defined by cells 7 and 12.")).toEqual([
      { kind: "name", text: "a" },
      { kind: "words", text: " is defined by cells " },
      { kind: "cell", cell: 7 },
      { kind: "words", text: " and " },
      { kind: "cell", cell: 12 },
      { kind: "words", text: "." },
    ]);
    expect(messageParts("expected 3 or 4")).toEqual([{ kind: "words", text: "expected 3 or 4" }]);
  });
});

describe("outputs", () => {
  const outputs = () =>
    new Outputs((value) => (value instanceof Node ? value : document.createTextNode(String(value))));

  test("what a cell shows again stays, and what it no longer shows lets go when the run is over", () => {
    const shown = outputs();
    const kept = Object.assign(document.createElement("div"), { destroy: vi.fn() });
    const dropped = Object.assign(document.createElement("div"), { destroy: vi.fn() });
    shown.apply({ id: 1, run: 1, action: "append", value: kept });
    shown.apply({ id: 1, run: 1, action: "append", value: dropped });
    shown.apply({ id: 1, run: 2, action: "clear" });
    shown.apply({ id: 1, run: 2, action: "append", value: kept });
    shown.settle(1);
    expect([...shown.root(1).childNodes]).toEqual([kept]);
    expect(kept.destroy).not.toHaveBeenCalled();
    expect(dropped.destroy).toHaveBeenCalledOnce();
  });

  test("a replacement takes the place of everything before it", () => {
    const shown = outputs();
    shown.apply({ id: 1, run: 1, action: "append", value: "a" });
    shown.apply({ id: 1, run: 1, action: "append", value: "b" });
    shown.apply({ id: 1, run: 2, action: "replace", value: "c" });
    expect(shown.root(1).textContent).toBe("c");
  });
});

describe("the port", () => {
  function pair(): { port: ShellPort; sent: unknown[]; shell: MessagePort } {
    const { port1, port2 } = new MessageChannel();
    const sent: unknown[] = [];
    port2.onmessage = ({ data }) => sent.push(data);
    return { port: new ShellPort(port1, () => undefined), sent, shell: port2 };
  }

  test("a request is answered by the reply with its number, a refusal with its code", async () => {
    const { port, shell } = pair();
    const first = port.request("sql", { sql: "a" });
    const second = expect(port.request("sql", { sql: "b" })).rejects.toMatchObject({ code: "sql.bad" });
    shell.postMessage({
      type: "reply",
      id: 2,
      ok: false,
      error: { code: "sql.bad", message: "no", details: {} },
    });
    shell.postMessage({ type: "reply", id: 1, ok: true, value: 7 });
    await expect(first).resolves.toBe(7);
    await second;
    shell.close();
  });

  test("an aborted request rejects at once and tells the shell to stop", async () => {
    const { port, sent, shell } = pair();
    const controller = new AbortController();
    const asked = port.request("sql", { sql: "a" }, { signal: controller.signal });
    controller.abort(new Error("stopped"));
    await expect(asked).rejects.toThrow("stopped");
    await vi.waitFor(() => expect(sent).toContainEqual({ type: "cancel", id: 1 }));
    shell.close();
  });
});

describe("jobs", () => {
  test("progress is told at most ten times a second, the beginning and the end always", () => {
    let now = 0;
    const told: FrameJob[][] = [];
    const jobs = new Jobs(
      (list) => told.push(list),
      () => now,
    );
    const job = jobs.begin("Evaluate", 3, new AbortController().signal);
    for (let i = 1; i <= 10; i++) {
      now += 30;
      job.progress(i, 10, null);
    }
    job.end();
    expect(told.map((list) => list[0]?.done)).toEqual([0, 4, 8, undefined]);
  });

  test("a job ends when it is stopped and when its cell is", () => {
    const jobs = new Jobs(
      () => undefined,
      () => 0,
    );
    const cell = new AbortController();
    const stopped = jobs.begin("a", 1, cell.signal);
    const other = jobs.begin("b", 1, cell.signal);
    jobs.stop("job-1");
    expect([stopped.signal.aborted, other.signal.aborted]).toEqual([true, false]);
    expect(stopped.signal.reason).toMatchObject({ code: "canceled" });
    cell.abort();
    expect(other.signal.aborted).toBe(true);
  });
});

describe("status report", () => {
  test("a cell that waits for a failed one is no failure of its own", () => {
    const causedBy = { id: 1, name: "a" };
    const report = summary(
      [
        status(1, "failed", { defines: ["a"], failure: { message: "broken" } }),
        status(2, "failed", { failure: { message: "waits", causedBy } }),
        status(3, "stale"),
      ],
      { trusted: true, busy: false },
    );
    expect(report).toEqual({
      type: "status",
      phase: "idle",
      cells: 3,
      failed: [{ id: 1, name: "a", message: "broken" }],
      stale: 1,
      running: 0,
    });
  });

  test("a notebook that is being opened is running before its first cell is", () => {
    expect(summary([status(1, "new")], { trusted: true, busy: true }).phase).toBe("running");
    expect(summary([status(1, "new")], { trusted: false, busy: false }).phase).toBe("shown");
  });

  test("changes that come together are told once, and what has not changed is not told again", () => {
    vi.useFakeTimers();
    const sent: FromFrame[] = [];
    const report = new StatusReport(
      () => summary([], { trusted: true, busy: false }),
      (one) => sent.push(one),
    );
    report.soon();
    report.soon();
    vi.runAllTimers();
    report.soon();
    vi.runAllTimers();
    expect(sent).toHaveLength(1);
  });
});
