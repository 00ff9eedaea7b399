import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { createProgram } from "#server/cli/program.ts";
import { codeLines, codeSpans, documents, ROOT } from "./documents.ts";

/** The command line with its options and arguments, whose commands note that they were called and do nothing. */
function dryProgram(): { program: Command; called: string[]; printed: () => string } {
  const program = createProgram();
  const called: string[] = [];
  let printed = "";
  const rig = (command: Command, path: string): void => {
    const print = (text: string): void => {
      printed += text;
    };
    command.configureOutput({ writeOut: print, writeErr: print });
    if (command.commands.length === 0) command.action(() => void called.push(path));
    for (const each of command.commands) rig(each, `${path} ${each.name()}`.trim());
  };
  rig(program, "");
  return { program, called, printed: () => printed };
}

/** The words of `walkforward …` after its name, without a comment; undefined for any other line. */
function wordsOf(line: string): string[] | undefined {
  const command = /^(?:npx )?walkforward (.*)$/.exec(line.replace(/\s+#.*$/, ""))?.[1];
  // A value that a notebook's prose fills in is a number.
  return command?.replace(/\$\{[^}]*\}/g, "1").split(/\s+/);
}

async function isUnderstood(words: string[]): Promise<string> {
  const { program, called, printed } = dryProgram();
  await program.parseAsync(words, { from: "user" }).catch((error: Error) => {
    throw new Error(`walkforward ${words.join(" ")}: ${error.message} ${printed()}`);
  });
  return called.join();
}

const commandNames = (): string[] => {
  const names: string[] = [];
  const collect = (command: Command, path: string): void => {
    for (const each of command.commands) {
      names.push(`${path}${each.name()}`);
      collect(each, `${path}${each.name()} `);
    }
  };
  collect(createProgram(), "");
  return names;
};

describe("the command line is as the documents say", () => {
  const shown = documents.flatMap((document) =>
    codeLines(document).flatMap((line) => {
      const words = wordsOf(line);
      return words === undefined ? [] : [{ where: document.name, words }];
    }),
  );

  test("commands are shown in the readme and in the notebooks", () => {
    expect(new Set(shown.map(({ where }) => where))).toEqual(
      new Set(["README.md", "notebooks/backtest.html", "notebooks/tour.html"]),
    );
  });

  test.each(shown)("$where: walkforward $words", async ({ words }) => {
    expect(words.join(" ").startsWith(await isUnderstood(words))).toBe(true);
  });

  test("every command named in prose is there", () => {
    const known = commandNames();
    for (const document of documents) {
      for (const span of codeSpans(document)) {
        const words = wordsOf(span)?.filter((word) => /^[a-z]+(?:-[a-z]+)*$/.test(word));
        if (words === undefined) continue;
        const isKnown = known.includes(words.join(" ")) || known.includes(words[0]);
        expect([document.name, span, isKnown]).toEqual([document.name, span, true]);
      }
    }
  });

  test("every example in a command's help is understood by that command", async () => {
    for (const name of ["", ...commandNames()]) {
      const { program, printed } = dryProgram();
      await program
        .parseAsync([...name.split(" "), "--help"].filter(Boolean), { from: "user" })
        .catch(() => {});
      const examples = printed()
        .replace(/\\\n\s*/g, "")
        .matchAll(/^ {2}(walkforward .*)$/gm);
      for (const [, example] of examples) {
        const words = wordsOf(example) ?? [];
        expect(await isUnderstood(words)).toBe(name === "" ? words[0] : name);
      }
    }
  });

  test("an option that is not there is found out", async () => {
    await expect(isUnderstood(["serve", "--prot", "1"])).rejects.toThrow(/unknown option/);
    await expect(isUnderstood(["evaluat", "momentum-rank"])).rejects.toThrow(/unknown command/);
  });
});

describe("the project's scripts are as the documents say", () => {
  const text = documents
    .map((document) => [...codeLines(document), ...codeSpans(document)].join("\n"))
    .join("\n");

  test("every npm script that is named is there", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const named = [...text.matchAll(/\bnpm (?:run )?(start|test|(?<=run )[a-z]+)/g)].map(([, name]) => name);
    expect(named).toContain("start");
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  test("every step of `npm test` that is named is there", () => {
    const steps = [
      ...readFileSync(join(ROOT, "tests/run.ts"), "utf8").matchAll(/^ +name: "(\w+)"|\{ name: "(\w+)"/gm),
    ];
    const known = steps.map(([, long, short]) => long ?? short);
    const named = [...text.matchAll(/npm test -- ([a-z0-9 ]+)/g)].flatMap(([, names]) =>
      names.trim().split(" "),
    );
    expect(named).toContain("unit");
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});
