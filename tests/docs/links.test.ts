import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { codeSpans, documents, notebooks, ROOT } from "./documents.ts";

const FOLDERS = "engine|workbench|server|tests|notebooks|datasets";

describe("the documents", () => {
  test.each(documents)("$name links to files that are there", ({ folder, text }) => {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
    const local = targets.filter((target) => !/^(?:https?:|#)/.test(target));
    expect(local.filter((target) => !existsSync(resolve(folder, target.replace(/#.*$/, ""))))).toEqual([]);
  });

  test("name files and folders of the project that are there", () => {
    const named = documents
      .flatMap(codeSpans)
      .filter((span) => new RegExp(`^(?:${FOLDERS})/[\\w./-]*$`).test(span));
    expect(named).toContain("engine/");
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test("every strategy that is evaluated by its name is built in", () => {
    const builtIn = readFileSync(join(ROOT, "engine/strategies/index.ts"), "utf8");
    const evaluated = [
      ...documents.flatMap(({ text }) => [...text.matchAll(/walkforward evaluate ([a-z]\S*)/g)]),
      ...notebooks.flatMap(({ text }) => [...text.matchAll(/evaluate\("([^"]+)"/g)]),
    ].map(([, name]) => name);
    expect(evaluated.length).toBeGreaterThan(0);
    expect(evaluated.filter((name) => !builtIn.includes(`"${name}"`))).toEqual([]);
  });
});
