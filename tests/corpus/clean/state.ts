import { Random } from "#engine/core/random.ts";
import { atCloses } from "#engine/leaks/subject.ts";
import { type Case, column } from "../case.ts";
import { mean, pctChange, rolling, std } from "../series.ts";

/** Chance with a seed, and memories that remember rightly. */
export const state: Case[] = [
  column("seeded-noise", "features jittered by a seeded generator, row after row", ({ close }) => {
    const random = Random.seeded(7);
    return pctChange(close).map((x) => x * (1 + 0.01 * random.uniform()));
  }),
  column("noise-by-time", "noise that is a function of the time", ({ timestamp, close }) =>
    close.map((x, i) => x * (1 + 1e-4 * Math.sin(timestamp[i] % 997))),
  ),
  {
    name: "memo-by-content",
    says: "results kept by all that went into them",
    create: () => {
      const memo = new Map<string, Float64Array>();
      return ({ candles: [c] }) => {
        const key = c.close.join();
        let known = memo.get(key);
        if (known === undefined) memo.set(key, (known = rolling(c.close, 30, mean)));
        return atCloses(c, { "memo-by-content": known.slice() });
      };
    },
  },
  {
    name: "buffers-reused",
    says: "scratch memory that is written over at each call",
    create: () => {
      let scratch = new Float64Array(0);
      return ({ candles: [c] }) => {
        if (scratch.length < c.close.length) scratch = new Float64Array(c.close.length);
        for (let i = 0; i < c.close.length; i++) scratch[i] = i === 0 ? 0 : c.close[i] - c.close[i - 1];
        return atCloses(c, { "buffers-reused": rolling(scratch.slice(0, c.close.length), 20, std) });
      };
    },
  },
  {
    name: "counts-its-calls",
    says: "counts its calls and does nothing with the count",
    create: () => {
      let calls = 0;
      return ({ candles: [c] }) => {
        calls++;
        return atCloses(c, { "counts-its-calls": c.close.map((x) => x * Math.min(1, calls)) });
      };
    },
  },
  {
    name: "writes-to-its-input",
    says: "smooths the candles that it was given in place",
    create: () => {
      return ({ candles: [c] }) => {
        for (let i = 1; i < c.close.length; i++) c.close[i] = 0.5 * c.close[i] + 0.5 * c.close[i - 1];
        return atCloses(c, { "writes-to-its-input": c.close });
      };
    },
  },
  {
    name: "refuses-holes",
    says: "throws where a close is no number",
    create: () => {
      return ({ candles: [c] }) => {
        if (c.close.some(Number.isNaN)) throw new Error("a close is missing");
        return atCloses(c, { "refuses-holes": pctChange(c.close, 5) });
      };
    },
  },
  {
    name: "needs-a-hundred-rows",
    says: "throws on too little history",
    create: () => {
      return ({ candles: [c] }) => {
        if (c.close.length < 100) throw new Error("too few rows");
        return atCloses(c, { "needs-a-hundred-rows": rolling(c.close, 100, mean) });
      };
    },
  },
];
