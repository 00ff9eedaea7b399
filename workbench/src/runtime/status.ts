/// <reference path="./observable-runtime.d.ts" />
import { RuntimeError } from "@observablehq/runtime";
import type { CellGraph, Step } from "./cellGraph.ts";
import { circular, duplicateName, failureOf, unknownName, waitsFor } from "./failures.ts";
import { isBusy, isEdited, type LiveCell } from "./liveCell.ts";
import type { CellFailure, CellState, CellStatus } from "./types.ts";

/** How a cell stands, in plain data for whoever shows it. */
export function statusOf(cell: LiveCell, graph: CellGraph, stale: ReadonlySet<number>): CellStatus {
  const { source, definition } = cell;
  const compiled = cell.compiled ?? definition?.compiled;
  const edited = isEdited(cell);
  // What an older text did wrong says nothing about the one that stands there now.
  const failure = edited ? undefined : failureIn(cell, graph);
  const waits = waitedFor(cell, graph);
  if (failure?.causedBy) waits.push(failure.causedBy.name);
  const status: CellStatus = {
    id: source.id,
    state: stateOf(cell, { waits: waits.length > 0, edited, failure, stale: stale.has(source.id) }),
    defines: compiled?.defines ?? [],
    reads: graph.readsOf(compiled),
    unresolved: unresolved(compiled?.reads ?? [], graph),
    edited,
    run: cell.runs,
  };
  if (definition?.milliseconds !== undefined) status.milliseconds = definition.milliseconds;
  if (compiled?.failure && compiled.failure.code !== "notebook.mode-not-run")
    status.syntax = compiled.failure;
  if (failure) status.failure = failure;
  if (status.state === "waiting") status.waitsFor = [...new Set(waits)];
  return status;
}

type Signs = { waits: boolean; edited: boolean; stale: boolean; failure: CellFailure | undefined };

function stateOf({ definition, isStarting }: LiveCell, { waits, edited, stale, failure }: Signs): CellState {
  if (isStarting) return "running";
  if (definition === undefined) return "new";
  if (definition.isBusy) return waits ? "waiting" : "running";
  if (edited) return "stale";
  if (failure) return failure.causedBy ? "waiting" : "failed";
  return stale ? "stale" : "ok";
}

/** Names that the cell's run awaits before it can begin. */
function waitedFor({ definition }: LiveCell, graph: CellGraph): string[] {
  if (definition === undefined || !definition.isBusy || definition.isRunning) return [];
  return definition.compiled.reads.filter((name) => graph.ownersOf(name).some(isBusy));
}

function unresolved(reads: string[], graph: CellGraph): CellStatus["unresolved"] {
  return reads
    .filter((name) => !graph.isKnown(name))
    .map((name) => {
      const nearest = graph.nearest(name);
      return nearest === undefined ? { name } : { name, nearest };
    });
}

function failureIn(cell: LiveCell, graph: CellGraph): CellFailure | undefined {
  const { definition } = cell;
  if (definition === undefined) return undefined;
  const { compiled } = definition;
  if (compiled.failure) return compiled.failure;
  for (const name of definition.defines) {
    const owners = graph.ownersOf(name).map(({ source }) => source.id);
    if (owners.length > 1) return duplicateName(name, owners);
  }
  const { failure } = definition;
  if (failure === undefined) return undefined;
  const { error } = failure;
  if (!(error instanceof RuntimeError)) return failureOf(error, compiled, definition.sourceUrl);
  // Observable's own errors: with an input, that one failed; without, the cells wait for each other.
  if (typeof error.input !== "string") return circular(graph.circleFrom(cell));
  const [owner] = graph.ownersOf(error.input);
  if (owner === undefined) return unknownName(error.input, graph.nearest(error.input));
  return waitsFor(error.input, owner.source.id, causeOf(owner, error.input, graph));
}

/** Follows failed inputs to the cell that failed by itself. */
function causeOf(owner: LiveCell, name: string, graph: CellGraph): Step {
  const seen = new Set<LiveCell>();
  let cause = { cell: owner, name };
  while (!seen.has(cause.cell)) {
    seen.add(cause.cell);
    const error = cause.cell.definition?.failure?.error;
    const input = error instanceof RuntimeError ? error.input : undefined;
    const next = typeof input === "string" ? graph.ownersOf(input)[0] : undefined;
    if (next === undefined || typeof input !== "string") break;
    cause = { cell: next, name: input };
  }
  return { id: cause.cell.source.id, name: cause.name };
}
