import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NotebookStore } from "#server/notebooks/store.ts";
import { type FileSteps, realSteps } from "#server/store/atomicFile.ts";
import { NOTEBOOK } from "../testApp.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "walkforward-test-"));
});
afterEach(() => rm(home, { recursive: true }));

const open = (steps?: FileSteps): NotebookStore =>
  new NotebookStore({ home, samples: join(home, "none"), clock: () => 0, ...(steps && { steps }) });

const failing = (code: string): Error => Object.assign(new Error(`${code}: it failed`), { code });

describe("a write that fails", () => {
  const faults: [string, string, FileSteps][] = [
    [
      "the disk is full halfway through the text",
      "store.disk-full",
      {
        ...realSteps,
        write: async (handle, text) => {
          await handle.write(text.slice(0, 20));
          throw failing("ENOSPC");
        },
      },
    ],
    [
      "the disk is broken",
      "store.write-failed",
      { ...realSteps, write: () => Promise.reject(failing("EIO")) },
    ],
    [
      "the rename is refused",
      "store.write-failed",
      { ...realSteps, rename: () => Promise.reject(failing("EACCES")) },
    ],
  ];
  for (const [what, code, steps] of faults) {
    it(`loses nothing and leaves nothing behind when ${what}`, async () => {
      const { id, hash } = await open().create({ title: "First steps", text: NOTEBOOK });
      const changed = NOTEBOOK.replace("# First", "# Second");
      await expect(open(steps).save(id, { text: changed, basedOn: hash })).rejects.toMatchObject({ code });
      expect(await readdir(join(home, "notebooks"))).toEqual([`${id}.html`]);
      expect(await readFile(join(home, "notebooks", `${id}.html`), "utf8")).toBe(NOTEBOOK);
      expect(await open().save(id, { text: changed, basedOn: hash })).toMatchObject({ saved: true });
    });
  }

  it("does not keep the next save from working", async () => {
    let calls = 0;
    const store = open({
      ...realSteps,
      write: (handle, text) =>
        ++calls === 2 ? Promise.reject(failing("ENOSPC")) : realSteps.write(handle, text),
    });
    const { id, hash } = await store.create({ title: "First steps", text: NOTEBOOK });
    const text = NOTEBOOK.replace("# First", "# Second");
    await expect(store.save(id, { text, basedOn: hash })).rejects.toMatchObject({ code: "store.disk-full" });
    expect(await store.save(id, { text, basedOn: hash })).toMatchObject({ saved: true });
  });
});
