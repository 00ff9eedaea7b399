import {
  atr,
  dividedBy,
  ema,
  minus,
  percentileRank,
  returns,
  rollingMax,
  rollingStd,
  rsi,
  slope,
  sma,
  zscore,
} from "#engine/catalogue/vocabulary.ts";
import { expandFeatures } from "#engine/features/expand.ts";
import { featureMatrix } from "#engine/features/featureSet.ts";
import { leakProbe } from "#engine/leaks/probe.ts";
import { atCloses, type Subject } from "#engine/leaks/subject.ts";
import { wilsonInterval } from "#engine/metrics/wilson.ts";
import type { Case } from "../corpus/case.ts";
import { clean } from "../corpus/clean/index.ts";
import { leaks } from "../corpus/leaks/index.ts";
import { corpusMarkets } from "../corpus/markets.ts";
import { walkCandles } from "./candles.ts";
import { type Goal, printGroup, sideBySide } from "./measure.ts";

const ROWS = 10_000;
const CUTS = 50;

/** Of few rounds only every sixth case is looked at: the tests look at all of them. */
const SPARSE = 6;

/** The probe's speed on a hundred columns, and its power on the planted corpus, on data of other seeds than the tests'. */
export async function benchLeaks(rounds: number): Promise<Goal[]> {
  const candles = walkCandles(ROWS, { stepMs: 300_000, timeframe: "5m" });
  const subject = hundredColumns();
  const report = leakProbe(subject, { candles: [candles], information: [] }, { cuts: CUTS });
  if (report.verdict !== "clean" || report.columns.length !== 100 || report.cuts < CUTS)
    throw new Error(`the probe of the catalogue's columns came to ${report.verdict}`);
  const times = await sideBySide(
    {
      "100 columns × 10,000 rows": () =>
        leakProbe(subject, { candles: [candles], information: [] }, { cuts: CUTS }),
      "the columns alone, once": () => subject({ candles: [candles], information: [] }),
    },
    Math.min(rounds, 5),
  );
  printGroup(`leak probe at ${report.cuts} cuts, ${report.runs} runs of the subject`, times);

  const isShort = rounds <= 3;
  const seeds = isShort ? [101] : [101, 102, 103];
  const [planted, alike] = [leaks, clean].map((cases) =>
    isShort ? cases.filter((_, k) => k % SPARSE === 0) : cases,
  );
  const caught = share(planted, seeds, (verdict) => verdict === "leaks" || verdict === "unstable");
  const alarmed = share(alike, seeds, (verdict) => verdict !== "clean");
  console.log(`\nleak probe on the planted corpus, ${CUTS} cuts and more, ${seeds.length} data sets`);
  console.log(`  leaks found    ${words(caught, planted.length)}`);
  console.log(`  false alarms   ${words(alarmed, alike.length)}`);
  for (const name of [...caught.others, ...alarmed.hits]) console.log(`  wrong: ${name}`);
  return [
    {
      name: "leak probe, 100 columns × 10,000 rows",
      measured: times["100 columns × 10,000 rows"],
      limit: 2000,
      unit: "ms",
    },
    {
      name: "leak probe, planted leaks that it missed",
      measured: 100 * (1 - caught.value),
      limit: 5,
      unit: "%",
    },
    {
      name: "leak probe, false alarms on clean look-alikes",
      measured: 100 * alarmed.value,
      limit: 2,
      unit: "%",
    },
  ];
}

type Share = {
  value: number;
  low: number;
  high: number;
  count: number;
  total: number;
  hits: string[];
  others: string[];
};

function share(cases: readonly Case[], seeds: readonly number[], isHit: (verdict: string) => boolean): Share {
  const hits: string[] = [];
  const others: string[] = [];
  for (const seed of seeds) {
    const input = corpusMarkets(seed);
    for (const { name, create } of cases) {
      const { verdict } = leakProbe({ create }, input, { cuts: CUTS, seed, attribute: false });
      (isHit(verdict) ? hits : others).push(`${name} (seed ${seed}): ${verdict}`);
    }
  }
  const total = hits.length + others.length;
  return { ...wilsonInterval(hits.length, total), count: hits.length, total, hits, others };
}

function words({ value, low, high, count, total }: Share, cases: number): string {
  const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;
  return `${count} of ${total} (${cases} cases): ${percent(value)}, 95% between ${percent(low)} and ${percent(high)}`;
}

/** Ten recipes over five lengths and two timeframes. */
function hundredColumns(): Subject {
  const set = expandFeatures("bench", {
    perPeriod: (x, length) => ({
      average: dividedBy(minus(x.close, sma(x.close, length)), x.close),
      ema: ema(x.close, length),
      rsi: rsi(x.close, length),
      zscore: zscore(x.close, length),
      atr: atr(x, length),
      top: rollingMax(x.high, length),
      deviation: rollingStd(x.close, length),
      slope: slope(x.close, length),
      returns: returns(x.close, length),
      rank: percentileRank(x.volume, length),
    }),
    periods: [5, 10, 20, 50, 100],
    timeframes: ["1h"],
  });
  return ({ candles: [first] }) => {
    const { names, columns } = featureMatrix(set, first);
    return atCloses(first, Object.fromEntries(names.map((name, k) => [name, columns[k]])));
  };
}
