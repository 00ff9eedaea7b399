import type { Candles } from "#engine/candles/candles.ts";
import {
  atCloses,
  heldOver,
  type ProbeAnswer,
  type ProbeInput,
  type Subject,
} from "#engine/leaks/subject.ts";

/**
 * One way in which people compute something from candles: the way that sees the future, or one that looks like it and
 * does not. Written as it is met in notebooks and forums; the probe is told nothing of it.
 */
export type Case = {
  readonly name: string;
  /** What is done, in a line. */
  readonly says: string;
  /** Made afresh, so that what a case keeps between calls starts empty. */
  readonly create: () => Subject;
};

type Input = ProbeInput & { readonly candles: readonly Candles[] };

/** A case of one column on the first market, each row used from its candle's close. */
export function column(
  name: string,
  says: string,
  compute: (candles: Candles, input: Input) => Float64Array,
): Case {
  return subject(name, says, (input) =>
    atCloses(input.candles[0], { [name]: compute(input.candles[0], input) }),
  );
}

/** A case of positions held over each candle of the first market, so known when it opens. */
export function position(
  name: string,
  says: string,
  compute: (candles: Candles, input: Input) => Float64Array,
): Case {
  return subject(name, says, (input) =>
    heldOver(input.candles[0], { [name]: compute(input.candles[0], input) }),
  );
}

/** A case of what is earned over each candle of the first market, a fraction, by the candle's close. */
export function earned(
  name: string,
  says: string,
  compute: (candles: Candles, input: Input) => Float64Array,
): Case {
  return subject(name, says, (input) =>
    atCloses(input.candles[0], { [name]: compute(input.candles[0], input) }, "earned"),
  );
}

/** A case of fills: when and at which price, told when the fill's candle opens. */
export function fills(
  name: string,
  says: string,
  compute: (candles: Candles, input: Input) => readonly { time: number; price: number }[],
): Case {
  return subject(name, says, (input) => {
    const all = [...compute(input.candles[0], input)].sort((a, b) => a.time - b.time);
    return [
      {
        name,
        kind: "fill",
        knows: "opens",
        time: Float64Array.from(all, ({ time }) => time),
        values: Float64Array.from(all, ({ price }) => price),
      },
    ];
  });
}

/** A case of something that happens now and then: when it is known, and a number of it. */
export function events(
  name: string,
  says: string,
  compute: (candles: Candles, input: Input) => readonly { time: number; value: number }[],
): Case {
  return subject(name, says, (input) => {
    const all = [...compute(input.candles[0], input)].sort((a, b) => a.time - b.time);
    return [
      {
        name,
        time: Float64Array.from(all, ({ time }) => time),
        values: Float64Array.from(all, ({ value }) => value),
      },
    ];
  });
}

/** A case that answers with columns of its own making. */
export function subject(name: string, says: string, compute: (input: Input) => ProbeAnswer): Case {
  return { name, says, create: () => compute };
}
