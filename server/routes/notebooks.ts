import { Hono } from "hono";
import { readTrial } from "#engine/trials/readTrial.ts";
import type { NotebookStore } from "../notebooks/store.ts";
import { clearTrials, newNotebook, newTrials, parseBody, renameNotebook, saveNotebook } from "./schemas.ts";

export function notebookRoutes(notebooks: NotebookStore) {
  return new Hono()
    .get("/", async (c) => c.json(await notebooks.list()))
    .post("/", async (c) => c.json(await notebooks.create(await parseBody(c, newNotebook)), 201))
    .get("/trash", async (c) => c.json(await notebooks.trash()))
    .post("/trash/:id/restore", async (c) => c.json(await notebooks.restore(c.req.param("id"))))
    .get("/:id", async (c) => c.json(await notebooks.read(c.req.param("id"))))
    .put("/:id", async (c) => {
      const outcome = await notebooks.save(c.req.param("id"), await parseBody(c, saveNotebook));
      if (outcome.saved) return c.json(outcome.notebook, 200);
      const { theirs } = outcome;
      const message = `"${theirs.title}" was changed elsewhere since you opened it. Nothing was overwritten.`;
      const error = { code: "notebook.conflict", message, details: { id: theirs.id, hash: theirs.hash } };
      return c.json({ code: "notebook.conflict" as const, theirs, error }, 409);
    })
    .delete("/:id", async (c) => c.json(await notebooks.remove(c.req.param("id"))))
    .post("/:id/rename", async (c) => {
      const { title } = await parseBody(c, renameNotebook);
      return c.json(await notebooks.rename(c.req.param("id"), title));
    })
    .post("/:id/duplicate", async (c) => c.json(await notebooks.duplicate(c.req.param("id")), 201))
    .get("/:id/trials", async (c) =>
      c.body(await notebooks.trials(c.req.param("id")), 200, { "Content-Type": "application/jsonl" }),
    )
    .post("/:id/trials", async (c) => {
      const { trials, known } = await parseBody(c, newTrials);
      return c.json(await notebooks.addTrials(c.req.param("id"), trials.map(readTrial), known));
    })
    .post("/:id/trials/clear", async (c) => {
      const { reason, known } = await parseBody(c, clearTrials);
      return c.json(await notebooks.clearTrials(c.req.param("id"), reason, known));
    });
}
