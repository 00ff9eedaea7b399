import { describe, expect, it } from "vitest";
import { candlesFromColumns, takeCandles } from "#engine/candles/build.ts";
import type { EngineError } from "#engine/core/errors.ts";
import { leakProbe } from "#engine/leaks/probe.ts";
import { atCloses, heldOver, type Information, type Subject } from "#engine/leaks/subject.ts";
import { columnWords, reportWords } from "#engine/leaks/words.ts";
import { columnOf, FIVE_MINUTES, inputOf, mean, walk } from "./subjects.ts";

const candles = walk();
const input = inputOf(candles);

function only(subject: Subject | { create: () => Subject }, given = input) {
  const { columns } = leakProbe(subject, given);
  expect(columns).toHaveLength(1);
  return columns[0];
}

describe("the leak probe", () => {
  it("finds a column of the next close, from its first row on, one candle ahead, through the close", () => {
    const { verdict, leak } = only(columnOf("next", ({ close }) => close.map((_, i) => close[i + 1] ?? NaN)));
    expect(verdict).toBe("leaks");
    expect(leak).toMatchObject({ kind: "future", reachBars: 1, firstRow: 0, expected: candles.close[1] });
    expect(leak?.firstTime).toBe(candles.timestamp[0] + FIVE_MINUTES);
    expect(leak?.carriers).toEqual([{ symbol: "BTC/USDT", timeframe: "5m", field: "close" }]);
    expect(leak?.unfinished).toBeUndefined();
  });

  it("counts how many candles ahead a column sees", () => {
    for (const ahead of [2, 5, 17]) {
      const { leak } = only(columnOf("ahead", ({ close }) => close.map((_, i) => close[i + ahead] ?? 0)));
      expect(leak?.reachBars).toBe(ahead);
    }
  });

  it("names the field that carries the future", () => {
    const fields = ["open", "high", "low", "close", "volume"] as const;
    for (const field of fields) {
      const { leak } = only(columnOf(field, (c) => c[field].map((_, i) => c[field][i + 1] ?? NaN)));
      expect(leak?.carriers.map((carrier) => carrier.field)).toEqual([field]);
    }
  });

  it("names the market that carries the future", () => {
    const other = walk(600, "ETH/USDT", 2);
    const subject: Subject = ({ candles: [first, second] }) =>
      atCloses(first, { spread: first.close.map((x, i) => x - (second?.close[i + 1] ?? NaN)) });
    const { leak } = only(subject, inputOf(candles, other));
    expect(leak?.carriers).toEqual([{ symbol: "ETH/USDT", timeframe: "5m", field: "close" }]);
  });

  it("finds a mean of the whole sample in every row, and how large the difference gets", () => {
    const { leak } = only(columnOf("centred", ({ close }) => close.map((x) => x - mean(close))));
    expect(leak).toMatchObject({ firstRow: 0 });
    expect(leak?.largest).toBeGreaterThan(0.1);
    expect(leak?.reachBars).toBeGreaterThan(300);
  });

  it("tells the unfinished candle of a higher timeframe from a look at the next row", () => {
    const hourly = columnOf("hour", ({ timestamp, close }) =>
      close.map((_, i) => {
        let k = i;
        while (
          Math.floor((timestamp[k + 1] ?? Infinity) / 3_600_000) === Math.floor(timestamp[i] / 3_600_000)
        )
          k++;
        return close[k];
      }),
    );
    expect(only(hourly).leak).toMatchObject({ unfinished: "1h", reachBars: 11 });
  });

  it("finds nothing in columns of the past, whatever holes their data have", () => {
    const subject: Subject = ({ candles: [c] }) =>
      atCloses(c, {
        last: c.close.map((_, i) => c.close[i - 1] ?? NaN),
        top: c.high.map((_, i) => Math.max(...c.high.subarray(Math.max(0, i - 9), i + 1))),
        gap: c.timestamp.map((time, i) => time - (c.timestamp[i - 1] ?? time)),
        constant: c.close.map(() => 1),
      });
    const report = leakProbe(subject, input);
    expect(report.verdict).toBe("clean");
    expect(report.columns.map(({ verdict }) => verdict)).toEqual(["clean", "clean", "clean", "clean"]);
    expect(report.cuts).toBeGreaterThanOrEqual(50);
  });

  it("lets rounding pass by its tolerance, and names it; with a tolerance of 0 bits must be equal", () => {
    const noisy = columnOf("noisy", ({ close }) => close.map((x) => x * (1 + close.length * 2 ** -52)));
    const { verdict, rounded } = only(noisy);
    expect(verdict).toBe("clean");
    expect(rounded).toBeGreaterThan(0);
    expect(leakProbe(noisy, input, { tolerance: 0 }).verdict).toBe("leaks");
  });

  it("calls a column unstable that differs by chance", () => {
    let state = 1;
    const subject = columnOf("dice", ({ close }) =>
      close.map((x) => x + (state = (state * 16807) % 2147483647)),
    );
    expect(only(subject)).toMatchObject({ verdict: "unstable", why: "random" });
  });

  it("calls a column unstable that is left over from another run, and finds it out by a subject made afresh", () => {
    const create = (): Subject => {
      let scale: number | undefined;
      return ({ candles: [c] }) => {
        scale ??= mean(c.close);
        const by = scale;
        return atCloses(c, { scaled: c.close.map((x) => x / by) });
      };
    };
    expect(only({ create })).toMatchObject({ verdict: "unstable", why: "state" });
  });

  it("holds a position to what was known when its candle began, not when it closed", () => {
    const own: Subject = ({ candles: [c] }) =>
      heldOver(c, { position: c.close.map((x, i) => Math.sign(x - c.open[i])) });
    const later: Subject = ({ candles: [c] }) =>
      heldOver(c, {
        position: c.close.map((_, i) => (i === 0 ? 0 : Math.sign(c.close[i - 1] - c.open[i - 1]))),
      });
    const opening: Subject = ({ candles: [c] }) => heldOver(c, { position: c.open.slice() });
    expect(only(own).verdict).toBe("leaks");
    expect(only(later).verdict).toBe("clean");
    expect(only(opening).verdict).toBe("leaks");
  });

  it("finds fills at a price that was known, and passes fills at the next open", () => {
    const fills = (price: (c: typeof candles, i: number) => number): Subject => {
      return ({ candles: [c] }) => {
        const rows = Array.from(c.close.keys()).filter((i) => i % 10 === 5 && i + 1 < c.close.length);
        const time = Float64Array.from(rows, (i) => c.timestamp[i] + FIVE_MINUTES);
        return [
          {
            name: "fills",
            kind: "fill",
            knows: "opens",
            time,
            values: Float64Array.from(rows, (i) => price(c, i)),
          },
        ];
      };
    };
    expect(only(fills((c, i) => c.close[i])).leak).toMatchObject({ kind: "knownPrice" });
    expect(only(fills((c, i) => c.open[i + 1])).verdict).toBe("clean");
  });

  it("finds what earns on prices that nobody can foresee", () => {
    const earned = (position: (c: typeof candles, i: number) => number): Subject => {
      return ({ candles: [c] }) =>
        atCloses(
          c,
          { earned: c.close.map((x, i) => (i === 0 ? 0 : position(c, i) * (x / c.close[i - 1] - 1))) },
          "earned",
        );
    };
    const same = only(earned((c, i) => Math.sign(c.close[i] - c.close[i - 1])));
    expect(same.leak?.kind).toBe("earnsOnNoise");
    expect(same.leak?.tValue).toBeGreaterThan(5);
    expect(only(earned((c, i) => Math.sign(c.close[i - 1] - (c.close[i - 2] ?? 0)))).verdict).toBe("clean");
    expect(only(earned(() => 1)).verdict).toBe("clean");
  });

  it("finds figures that were used before they were published, by their table and column", () => {
    const figures: Information = {
      name: "figures",
      availableAt: Float64Array.from({ length: 20 }, (_, k) => candles.timestamp[25 * k + 20]),
      about: Float64Array.from({ length: 20 }, (_, k) => candles.timestamp[25 * k]),
      values: { value: Float64Array.from({ length: 20 }, (_, k) => 1 + k) },
    };
    const given = { candles: [candles], information: [figures] };
    const joined = (by: (table: Information) => Float64Array): Subject => {
      return ({ candles: [c], information: [table] }) =>
        atCloses(c, {
          figure: c.timestamp.map(
            (time) => table.values.value[by(table).findLastIndex((at) => at <= time)] ?? NaN,
          ),
        });
    };
    const early = only(
      joined((table) => table.about ?? new Float64Array(0)),
      given,
    );
    expect(early.leak?.carriers).toEqual([{ information: "figures", field: "value" }]);
    expect(
      only(
        joined((table) => table.availableAt),
        given,
      ).verdict,
    ).toBe("clean");
  });

  it("finds markets that were chosen by having survived", () => {
    const dead = takeCandles(
      walk(600, "OLD/USDT", 3),
      Uint32Array.from({ length: 300 }, (_, i) => i),
    );
    const subject: Subject = ({ candles: all }) => {
      const end = Math.max(...all.map(({ timestamp }) => timestamp[timestamp.length - 1] ?? 0));
      return all
        .filter(({ timestamp }) => timestamp[timestamp.length - 1] === end)
        .flatMap((c) => atCloses(c, { [c.symbol]: c.close.slice() }));
    };
    const { columns } = leakProbe(subject, inputOf(candles, dead));
    expect(columns.map(({ name, verdict }) => [name, verdict])).toContainEqual(["OLD/USDT", "leaks"]);
  });

  it("says of rows that only come late that they do, and accuses them of nothing", () => {
    const subject: Subject = ({ candles: [c] }) => {
      const [all] = atCloses(c, { late: c.close.slice() });
      const rows = Math.max(0, c.close.length - 4);
      return [{ ...all, time: all.time.slice(0, rows), values: all.values.slice(0, rows) }];
    };
    expect(only(subject)).toMatchObject({ verdict: "clean", lateBars: 4 });
  });

  it("gives the same report for the same seed, and looks elsewhere with another", () => {
    const subject = columnOf("z", ({ close }) => close.map((x) => x - mean(close)));
    const report = leakProbe(subject, input, { seed: 4 });
    expect(leakProbe(subject, input, { seed: 4 })).toEqual(report);
    expect(leakProbe(subject, input, { seed: 5 }).columns).not.toEqual(report.columns);
  });

  it("leaves the candles that it was given as they are, though the subject writes to its own", () => {
    const before = structuredClone(candles);
    leakProbe(
      columnOf("written", ({ close }) => close.fill(1)),
      input,
    );
    expect(candles).toEqual(before);
  });

  it("counts the runs that failed on shortened data, and passes on a failure on the whole", () => {
    const fussy = columnOf("fussy", ({ close }) => {
      if (close.length < 50) throw new Error("too few rows");
      return close;
    });
    const report = leakProbe(fussy, input);
    expect(report.failures).toBeGreaterThan(0);
    expect(report.firstFailure).toBe("too few rows");
    expect(report.verdict).toBe("clean");
    const broken = columnOf("broken", () => {
      throw new Error("never works");
    });
    expect(codeOf(() => leakProbe(broken, input))).toBe("leaks.subject-failed");
  });

  it("has no verdict on a column without known values", () => {
    expect(only(columnOf("unknown", ({ close }) => close.map(() => NaN))).verdict).toBe("untested");
  });

  it("refuses options and answers that mean nothing, by name", () => {
    const fine = columnOf("fine", ({ close }) => close);
    expect(codeOf(() => leakProbe(fine, input, { cuts: 0 }))).toBe("leaks.cuts");
    expect(codeOf(() => leakProbe(fine, input, { perturbations: 1.5 }))).toBe("leaks.perturbations");
    expect(codeOf(() => leakProbe(fine, input, { tolerance: -1 }))).toBe("leaks.tolerance");
    expect(codeOf(() => leakProbe(fine, inputOf(walk(2))))).toBe("leaks.too-short");
    const short: Subject = ({ candles: [c] }) => [
      { name: "short", time: c.timestamp, values: c.close.slice(1) },
    ];
    expect(codeOf(() => leakProbe(short, input))).toBe("leaks.bad-answer");
    const twice: Subject = ({ candles: [c] }) => [
      ...atCloses(c, { a: c.close }),
      ...atCloses(c, { a: c.open }),
    ];
    expect(codeOf(() => leakProbe(twice, input))).toBe("leaks.bad-answer");
    const backwards: Subject = ({ candles: [c] }) => [
      { name: "back", time: c.timestamp.slice().reverse(), values: c.close },
    ];
    expect(codeOf(() => leakProbe(backwards, input))).toBe("leaks.times-not-ascending");
  });

  it("says its verdict in words that name row, reach and input", () => {
    const report = leakProbe(
      columnOf("next", ({ close }) => close.map((_, i) => close[i + 1] ?? NaN)),
      input,
    );
    expect(reportWords(report)).toMatch(/^1 of 1 column see/);
    expect(columnWords(report.columns[0])).toMatch(
      /^It sees at least 1 candle ahead through close of BTC\/USDT 5m\. First row: 2024-01-31 21:05 UTC, .* with the whole data/,
    );
    const clean = leakProbe(
      columnOf("last", ({ close }) => close),
      input,
    );
    expect(columnWords(clean.columns[0])).toMatch(/^No row changed with its future, at \d+ cuts\.$/);
  });

  it("works on daily bars stamped with the opening of a session", () => {
    const rows = 300;
    const day = 86_400_000;
    const timestamp = Float64Array.from(
      { length: rows },
      (_, i) => Date.UTC(2020, 0, 6, 14, 30) + (i + 2 * Math.floor(i / 5)) * day,
    );
    const prices = walk(rows);
    const daily = candlesFromColumns(
      { symbol: "AAPL", timeframe: "1d", exchange: "test" },
      { ...prices, timestamp },
    );
    const given = inputOf(daily);
    expect(
      only(
        columnOf("last", ({ close }) => close.map((_, i) => close[i - 1] ?? NaN)),
        given,
      ).verdict,
    ).toBe("clean");
    expect(
      only(
        columnOf("next", ({ open }) => open.map((_, i) => open[i + 1] ?? NaN)),
        given,
      ).leak?.reachBars,
    ).toBe(1);
  });
});

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as EngineError).code;
  }
  return "nothing was thrown";
}
