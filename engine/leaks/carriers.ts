import type { Random } from "../core/random.ts";
import { after, type Cut, type TimedInput } from "./known.ts";
import { changedInformation, copyOf, gapped, type Noise, newVolume, type Stretch, walk } from "./perturb.ts";
import type { Carrier } from "./report.ts";
import type { ProbeInput } from "./subject.ts";

/** A part of the input that alone is changed, to see whether it carries the future. */
export type Part =
  | { readonly series: number; readonly field: "all" | "prices" | PriceField | "volume" | "rows" }
  | { readonly information: number; readonly column: string };

type PriceField = "open" | "high" | "low" | "close";
export const PRICE_FIELDS: readonly PriceField[] = ["open", "high", "low", "close"];

/** The input with the future of one part changed and all else as it is. */
export function partChanged(
  timed: TimedInput,
  cut: Cut,
  part: Part,
  random: Random,
  noise: Noise,
): ProbeInput {
  const { candles, information } = timed.input;
  return {
    candles: candles.map((series, k) => {
      const rows = series.timestamp.length;
      const columns = copyOf(series, rows);
      const { symbol, timeframe, exchange } = series;
      if (!("series" in part) || part.series !== k) return { symbol, timeframe, exchange, ...columns };
      const { closed, begun, open } = timed.known(k, cut);
      const stretch = { columns, from: closed, open, move: timed.moves[k] };
      const kept = part.field === "rows" ? gapped(columns, closed + begun, random) : columns;
      if (part.field !== "rows") changeField(stretch, part.field, random, noise);
      return { symbol, timeframe, exchange, ...kept };
    }),
    information: information.map((table, k) => {
      if (!("information" in part) || part.information !== k) return table;
      const changed = changedInformation(table, cut.time, "scaled", random);
      const column = changed.values[part.column];
      return { ...changed, values: { ...table.values, [part.column]: column } };
    }),
  };
}

/** One field, as far as the candle stays sound: open and close inside of it, high up, low down. */
function changeField(
  stretch: Stretch,
  field: "all" | "prices" | PriceField | "volume",
  random: Random,
  noise: Noise,
): void {
  const { columns, from, open } = stretch;
  if (field === "volume") {
    newVolume(stretch, random);
    return;
  }
  if (field === "all" || field === "prices") {
    const volume = columns.volume.slice();
    walk(stretch, 4, random, noise);
    if (field === "prices") columns.volume.set(volume);
    return;
  }
  for (let i = from; i < columns.open.length; i++) {
    if (field === "high") columns.high[i] *= 1 + 0.05 * random.uniform();
    else if (field === "low") columns.low[i] /= 1 + 0.05 * random.uniform();
    else if (field === "close" || i >= from + open)
      columns[field][i] = random.between(columns.low[i], columns.high[i]);
  }
}

/** The part in the words of a report. */
export function carrierOf({ input }: TimedInput, part: Part): Carrier {
  if ("information" in part)
    return { information: input.information[part.information].name, field: part.column };
  const { symbol, timeframe } = input.candles[part.series];
  return { symbol, timeframe, field: part.field };
}

/** Whether anything of a part lies after a cut at all. */
export function hasFuture(timed: TimedInput, part: Part, cut: Cut): boolean {
  if ("information" in part)
    return timed.input.information[part.information].availableAt.some((at) => at > cut.time);
  const { closed } = timed.known(part.series, cut);
  return closed < timed.input.candles[part.series].timestamp.length;
}

/** Every series as a whole, and every column of information. */
export function wholeParts({ input }: TimedInput): Part[] {
  return [
    ...input.candles.map((_, series): Part => ({ series, field: "all" })),
    ...input.information.flatMap(({ values }, information) =>
      Object.keys(values).map((column): Part => ({ information, column })),
    ),
  ];
}

/** What a series is made of. */
export function fieldsOf(series: number): Part[] {
  return (["prices", ...PRICE_FIELDS, "volume", "rows"] as const).map((field) => ({ series, field }));
}

/** Fields that were each seen to carry the future, in as few words as say it. */
export function namedCarriers(timed: TimedInput, seen: readonly Part[]): Carrier[] {
  const named: Carrier[] = [];
  for (const part of seen) if ("information" in part) named.push(carrierOf(timed, part));
  for (const [series] of timed.input.candles.entries()) {
    const fields = seen.flatMap((part) => ("series" in part && part.series === series ? [part.field] : []));
    if (fields.length === 0) continue;
    const single = PRICE_FIELDS.filter((field) => fields.includes(field));
    const isPrices = single.length === 4 || (single.length === 0 && fields.includes("prices"));
    const told = [
      ...(isPrices ? (["prices"] as const) : single),
      ...(fields.includes("volume") ? (["volume"] as const) : []),
    ];
    // Which candles there are matters to whatever reads the next ones; alone it is a leak of its own.
    const chosen =
      told.length > 0 ? told : fields.includes("rows") ? (["rows"] as const) : (["all"] as const);
    named.push(...chosen.map((field) => carrierOf(timed, { series, field })));
  }
  return named;
}

/** Up to `count` moments at which a candle of a higher timeframe ends, spread at random. */
export function endsOf(
  grid: Float64Array,
  isEnd: (time: number) => boolean,
  count: number,
  random: Random,
): number[] {
  const ends: number[] = [];
  for (let i = after(grid, grid[0]); i < grid.length - 1; i++) if (isEnd(grid[i])) ends.push(grid[i]);
  return random.shuffle(ends).slice(0, count);
}
