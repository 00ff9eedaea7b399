import { spawnSync } from "node:child_process";
import { promises as fs, mkdirSync, readdirSync, utimesSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Disk, realDisk } from "#server/lake/disk.ts";
import { GRACE_MS } from "#server/lake/garbage.ts";
import { type Lake, openLake } from "#server/lake/lake.ts";
import { withLock } from "#server/lake/lock.ts";
import { seriesId } from "#server/lake/series.ts";
import { columnsAt, minutesFrom } from "../../fixtures/madeCandles.ts";
import { temporaryFolder } from "../../fixtures/temporaryFolder.ts";

const KEY = { exchange: "binance", market: "spot", symbol: "BTC/USDT", timeframe: "1m" };
const ID = seriesId(KEY);
const START = Date.UTC(2024, 0, 31, 23, 30);
const change = (count: number) => ({
  key: KEY,
  candles: columnsAt(minutesFrom(START, count)),
  source: "a test",
});

function parquetBelow(root: string): string[] {
  return readdirSync(root, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".parquet"));
}

/** A disk whose act number `failing` fails: with an error of the system, or as if the power went, which never returns. */
function failingDisk(failing: number, code: string): { disk: Disk; acts: () => number } {
  let acts = 0;
  const guarded =
    <Args extends unknown[]>(act: (...args: Args) => Promise<void>) =>
    async (...args: Args): Promise<void> => {
      if (++acts === failing) throw Object.assign(new Error(`${code}: injected`), { code });
      await act(...args);
    };
  const { makeFolder, write, flush, rename, remove, touch } = realDisk;
  return {
    acts: () => acts,
    disk: {
      makeFolder: guarded(makeFolder),
      write: guarded(write),
      flush: guarded(flush),
      rename: guarded(rename),
      remove: guarded(remove),
      touch: guarded(touch),
    },
  };
}

async function actsOfSecondMerge(): Promise<number> {
  const root = temporaryFolder();
  await openLake(root).mergeCandles(change(40));
  const { disk, acts } = failingDisk(0, "");
  await openLake(root, { disk }).mergeCandles(change(60));
  return acts();
}

async function contentOf(lake: Lake) {
  const series = await lake.get(ID);
  return {
    rows: series.rows,
    hashes: series.files.map((file) => file.hash),
    closes: Array.from((await lake.candles(ID)).close),
  };
}

describe("when a write fails", () => {
  test("at any act of the disk, the lake is as before or as after, and nothing half-written is named", async () => {
    const total = await actsOfSecondMerge();
    expect(total).toBeGreaterThan(5);
    const [before, after] = [openLake(temporaryFolder()), openLake(temporaryFolder())];
    await before.mergeCandles(change(40));
    await after.mergeCandles(change(60));
    const outcomes = { asBefore: await contentOf(before), asAfter: await contentOf(after) };
    for (let failing = 1; failing <= total; failing++) {
      const root = temporaryFolder();
      await openLake(root).mergeCandles(change(40));
      const outcome = await openLake(root, { disk: failingDisk(failing, "ENOSPC").disk })
        .mergeCandles(change(60))
        .then(
          () => "asAfter" as const,
          (error: { code: string }) => {
            expect(error.code).toBe("lake.disk-full");
            return "asBefore" as const;
          },
        );
      const lake = openLake(root);
      expect(await contentOf(lake), `act ${failing}`).toEqual(outcomes[outcome]);
      expect(await lake.verify()).toEqual([]);
      if (outcome === "asBefore")
        expect(parquetBelow(root).sort(), `act ${failing}`).toEqual(
          (await lake.get(ID)).files.map((file) => path.normalize(file.path)).sort(),
        );
      // The lake still takes writes.
      await lake.mergeCandles(change(60));
      expect(await contentOf(lake)).toEqual(outcomes.asAfter);
    }
  });

  test("for want of permission, the error says so", async () => {
    const lake = openLake(temporaryFolder(), { disk: failingDisk(2, "EACCES").disk });
    await expect(lake.mergeCandles(change(60))).rejects.toMatchObject({ code: "lake.no-permission" });
  });

  const isRootOnLinux = process.platform === "linux" && process.getuid?.() === 0;
  test.skipIf(!isRootOnLinux)(
    "on a disk that is really full (needs root on Linux), nothing of it is left and what was there is whole",
    async (context) => {
      const root = temporaryFolder();
      const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", root]).status === 0;
      context.skip(!mounted, "this machine does not let a small disk be mounted");
      onTestFinished(() => void spawnSync("umount", [root]));
      const lake = openLake(root);
      await lake.mergeCandles(change(60));
      const before = { content: await contentOf(lake), files: parquetBelow(root) };
      const large = { key: KEY, candles: columnsAt(minutesFrom(START, 120_000)), source: "a test" };
      large.candles.volume.forEach((_, i) => {
        large.candles.volume[i] = Math.sqrt(i + 2);
      });
      await expect(lake.mergeCandles(large)).rejects.toMatchObject({ code: "lake.disk-full" });
      expect({ content: await contentOf(lake), files: parquetBelow(root) }).toEqual(before);
    },
  );
});

describe("after a crash between the files and the manifest", () => {
  test("the old lake stands, and the files that nobody names go with the next collection", async () => {
    const root = temporaryFolder();
    const lake = openLake(root);
    await lake.mergeCandles(change(40));
    const before = await contentOf(lake);
    // The files of a write whose process died before the manifest: the same files, written by another lake.
    const other = openLake(temporaryFolder());
    const { series } = await other.mergeCandles(change(60));
    const orphan = series.files[1].path;
    await fs.copyFile(path.join(other.root, orphan), path.join(root, orphan));
    await fs.writeFile(path.join(root, "drafts", "1-draft.parquet"), "half a file");
    expect(await contentOf(lake)).toEqual(before);

    expect(await lake.collectGarbage()).toBe(0);
    const old = (Date.now() - 2 * GRACE_MS) / 1000;
    for (const file of [orphan, "drafts/1-draft.parquet"]) utimesSync(path.join(root, file), old, old);
    expect(await lake.collectGarbage()).toBeGreaterThan(0);
    expect(parquetBelow(root)).toHaveLength(before.hashes.length);
    expect(await contentOf(lake)).toEqual(before);
  });

  test("files that a commit has replaced outlive it by the grace time, for readers of the old manifest", async () => {
    const lake = openLake(temporaryFolder());
    const first = await lake.mergeCandles(change(40));
    await lake.mergeCandles(change(60));
    const [, replaced] = first.series.files;
    await fs.access(path.join(lake.root, replaced.path));
    expect(await lake.filePath(replaced.hash)).toBeUndefined();
    const old = (Date.now() - 2 * GRACE_MS) / 1000;
    utimesSync(path.join(lake.root, replaced.path), old, old);
    await lake.collectGarbage();
    await expect(fs.access(path.join(lake.root, replaced.path))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("a damaged lake", () => {
  test("names the file that was changed, and the one that is missing", async () => {
    const lake = openLake(temporaryFolder());
    const { series } = await lake.mergeCandles(change(60));
    const [january, february] = series.files.map((file) => path.join(lake.root, file.path));
    await fs.writeFile(january, "PAR1 this is not Parquet PAR1");
    await expect(lake.candles(ID)).rejects.toMatchObject({
      code: "lake.corrupt-file",
      details: { period: "2024-01", path: january },
    });
    expect(await lake.verify()).toMatchObject([{ id: ID, fault: "changed", file: { period: "2024-01" } }]);
    await fs.rm(february);
    await expect(lake.candles(ID, { fromMs: Date.UTC(2024, 1, 1) })).rejects.toMatchObject({
      code: "lake.missing-file",
      details: { period: "2024-02" },
    });
  });

  test.each([
    ["not JSON", "{"],
    ["of another format", '{"format":2}'],
  ])("whose manifest is %s is refused, not overwritten", async (_, text) => {
    const root = temporaryFolder();
    await fs.writeFile(path.join(root, "manifest.json"), text);
    await expect(openLake(root).mergeCandles(change(60))).rejects.toMatchObject({
      code: "lake.bad-manifest",
    });
    expect(await fs.readFile(path.join(root, "manifest.json"), "utf8")).toBe(text);
  });
});

describe("the lock", () => {
  test("of a process that is gone is broken, by one of those who wait for it", async () => {
    const file = path.join(temporaryFolder(), "lake.lock");
    // The largest number that Linux gives to a process is smaller.
    await fs.writeFile(
      file,
      JSON.stringify({ token: "gone", pid: 2 ** 30, host: os.hostname(), sinceMs: Date.now() }),
    );
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await fs.readFile(file);
      inside--;
    };
    await Promise.all(Array.from({ length: 8 }, () => withLock(file, work)));
    expect(most).toBe(1);
    await expect(fs.access(file)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("of this process's number from before it began is broken", async () => {
    const file = path.join(temporaryFolder(), "lake.lock");
    await fs.writeFile(
      file,
      JSON.stringify({ token: "old", pid: process.pid, host: os.hostname(), sinceMs: 0 }),
    );
    expect(await withLock(file, async () => "done")).toBe("done");
  });

  test("that is held names its holder when waiting has been long enough", async () => {
    const file = path.join(temporaryFolder(), "lake.lock");
    await withLock(file, async () => {
      await expect(withLock(file, async () => undefined, { waitMs: 0 })).rejects.toMatchObject({
        code: "lake.locked",
        details: { pid: process.pid },
      });
    });
  });

  test("is let go when the work fails", async () => {
    const file = path.join(temporaryFolder(), "lake.lock");
    await expect(withLock(file, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await withLock(file, async () => 1)).toBe(1);
  });

  test("waits in a lake whose folder is made by the first write", async () => {
    const root = path.join(temporaryFolder(), "deep", "lake");
    await openLake(root).mergeCandles(change(2));
    mkdirSync(root, { recursive: true });
    expect((await openLake(root).series()).length).toBe(1);
  });
});
