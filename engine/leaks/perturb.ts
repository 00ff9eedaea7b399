import { CANDLE_COLUMNS, type CandleColumns } from "../candles/candles.ts";
import type { Random } from "../core/random.ts";
import { after, type Cut, keepRows, type TimedInput } from "./known.ts";
import type { Information, ProbeInput } from "./subject.ts";

/**
 * What is done to the future of a cut:
 * - `scaled`: prices by one factor, volume by another.
 * - `noise`: a random walk from the last known price, several times as wild, with volume at random.
 * - `shuffled`: the same candles in another order, chained.
 * - `flipped`: every move has the opposite sign.
 * - `spiked`: the next three candles reach far up and down, on much volume; what comes after stays.
 * - `volume`: volume alone.
 * - `gapped`: some candles are missing, or all of a symbol that ends here.
 * - `blank`: the next candles have no numbers.
 * - `some`: noise for about half of the series; the rest stays.
 *
 * Information of the future is changed or missing in all of them. All but `blank` leave candles sound: prices above
 * zero, high and low around open and close.
 */
export type Perturbation =
  | "scaled"
  | "noise"
  | "shuffled"
  | "flipped"
  | "spiked"
  | "volume"
  | "gapped"
  | "blank"
  | "some";

/** In the order in which cuts take turns. */
export const PERTURBATIONS: readonly Perturbation[] = [
  "noise",
  "scaled",
  "gapped",
  "flipped",
  "spiked",
  "shuffled",
  "volume",
  "some",
  "blank",
];

type Columns = { -readonly [Name in keyof CandleColumns]: Float64Array };

/** A stretch of one series that is to be changed. */
export type Stretch = {
  readonly columns: Columns;
  /** First row that is not known. */
  readonly from: number;
  /** Rows from there on of which the first price is known and stays. */
  readonly open: number;
  /** Typical move of the series, a fraction. */
  readonly move: number;
};

/** Draws once, to be used again and again: normal variables at the cost of a look-up. */
export class Noise {
  readonly #pool: Float64Array;
  #next: number;

  constructor(random: Random) {
    this.#pool = Float64Array.from({ length: POOL }, () => random.normal());
    this.#next = random.integer(0, POOL - 1);
  }

  normal(): number {
    this.#next = (this.#next + 1) & (POOL - 1);
    return this.#pool[this.#next];
  }

  /** Goes to another place, so that two series do not move alike. */
  jump(random: Random): void {
    this.#next = random.integer(0, POOL - 1);
  }
}

const POOL = 8192;

/** The input with everything after the cut changed in one way, up to `untilMs`; nothing of it is shared. */
export function perturbed(
  timed: TimedInput,
  cut: Cut,
  kind: Perturbation,
  untilMs: number,
  random: Random,
  noise: Noise,
): ProbeInput {
  const { candles, information } = timed.input;
  const isChosen = candles.map(() => kind !== "some" || random.uniform() < 0.5);
  if (kind === "some" && !isChosen.includes(true)) isChosen[random.integer(0, candles.length - 1)] = true;
  return {
    candles: candles.map((series, k) => {
      const { closed, begun, open } = timed.known(k, cut);
      const rows = Math.max(closed + begun, after(series.timestamp, untilMs));
      const columns = copyOf(series, rows);
      const stretch = { columns, from: closed, open, move: timed.moves[k] };
      noise.jump(random);
      const { symbol, timeframe, exchange } = series;
      if (kind === "gapped")
        return { symbol, timeframe, exchange, ...gapped(columns, closed + begun, random) };
      if (isChosen[k]) change(kind, stretch, random, noise);
      return { symbol, timeframe, exchange, ...columns };
    }),
    information: information.map((table) => changedInformation(table, cut.time, kind, random)),
  };
}

/** Changes a stretch in place. */
function change(kind: Exclude<Perturbation, "gapped">, stretch: Stretch, random: Random, noise: Noise): void {
  switch (kind) {
    case "scaled": {
      const factor = 1.25 + random.uniform();
      scale(stretch, random.uniform() < 0.5 ? factor : 1 / factor, 0.2 + 3 * random.uniform());
      return;
    }
    case "noise":
    case "some":
      walk(stretch, 2 + 6 * random.uniform(), random, noise);
      return;
    case "shuffled":
      shuffle(stretch, random);
      return;
    case "flipped":
      flip(stretch);
      return;
    case "spiked":
      spike(stretch, random);
      return;
    case "volume":
      newVolume(stretch, random);
      return;
    case "blank":
      blank(stretch, 1 + random.integer(0, 60));
  }
}

export function scale({ columns, from, open }: Stretch, price: number, volume: number): void {
  for (let i = from; i < columns.open.length; i++) {
    columns.close[i] *= price;
    columns.volume[i] = columns.volume[i] * volume + (columns.volume[i] === 0 ? volume : 0);
    // A candle that is under way keeps its first price, and high and low go around it.
    if (i >= from + open) columns.open[i] *= price;
    columns.high[i] = Math.max(columns.high[i] * price, columns.open[i]);
    columns.low[i] = Math.min(columns.low[i] * price, columns.open[i]);
  }
}

export function walk(
  { columns, from, open, move }: Stretch,
  wildness: number,
  random: Random,
  noise: Noise,
): void {
  const { open: opens, high, low, close, volume } = columns;
  const size = Math.min(0.2, wildness * move);
  let price = anchorOf(columns, from);
  const step = (scale: number): number => Math.max(0.2, 1 + scale * noise.normal());
  const loudness = typicalVolume(columns, from) * (0.3 + 2 * random.uniform());
  for (let i = from; i < opens.length; i++) {
    if (i >= from + open) opens[i] = price * step(size / 4);
    close[i] = opens[i] * step(size);
    high[i] = Math.max(opens[i], close[i]) * (1 + (size / 2) * Math.abs(noise.normal()));
    low[i] = Math.min(opens[i], close[i]) / (1 + (size / 2) * Math.abs(noise.normal()));
    volume[i] = loudness * Math.abs(1 + noise.normal());
    price = close[i];
  }
}

/** Each candle as it was against the close before it, in another order. */
function shuffle({ columns, from, open }: Stretch, random: Random): void {
  const first = from + open;
  const rows = columns.open.length - first;
  if (open > 0) {
    // What is under way cannot change places; it takes the shape of none: flat, with its volume.
    for (let i = from; i < first; i++) columns.high[i] = columns.low[i] = columns.close[i] = columns.open[i];
  }
  if (rows < 2) {
    // A single candle has no other order; it goes the other way instead.
    flip({ columns, from: first, open: 0, move: 0 });
    return;
  }
  const before = copyOf(columns, columns.open.length);
  const order = random.shuffle(Int32Array.from({ length: rows }, (_, k) => first + k));
  // An order that leaves the first candle where it is would leave the nearest future as it was.
  if (order[0] === first) [order[0], order[1]] = [order[1], order[0]];
  let price = anchorOf(columns, first);
  for (let k = 0; k < rows; k++) {
    const row = order[k];
    const factor = price / anchorOf(before, row);
    const i = first + k;
    columns.open[i] = before.open[row] * factor;
    columns.high[i] = Math.max(before.high[row] * factor, columns.open[i]);
    columns.low[i] = Math.min(before.low[row] * factor, columns.open[i]);
    columns.close[i] = Math.min(columns.high[i], Math.max(columns.low[i], before.close[row] * factor));
    columns.volume[i] = before.volume[row];
    price = columns.close[i];
  }
}

function flip({ columns, from, open }: Stretch): void {
  const anchor = anchorOf(columns, from);
  const square = anchor * anchor;
  for (let i = from; i < columns.open.length; i++) {
    const [o, h, l, c] = [columns.open[i], columns.high[i], columns.low[i], columns.close[i]];
    const isUnderWay = i < from + open;
    columns.open[i] = isUnderWay ? o : square / o;
    columns.close[i] = square / c;
    columns.high[i] = Math.max(square / l, columns.open[i], columns.close[i]);
    columns.low[i] = Math.min(square / h, columns.open[i], columns.close[i]);
  }
}

function spike({ columns, from, open }: Stretch, random: Random): void {
  const end = Math.min(columns.open.length, from + 3);
  for (let i = from; i < end; i++) {
    const up = 1.5 + random.uniform();
    columns.high[i] *= up;
    columns.low[i] /= up;
    columns.close[i] = random.uniform() < 0.5 ? columns.high[i] : columns.low[i];
    if (i >= from + open) columns.open[i] *= random.uniform() < 0.5 ? 1.2 : 1 / 1.2;
    columns.volume[i] = 20 * columns.volume[i] + 1;
  }
}

export function newVolume({ columns, from }: Stretch, random: Random): void {
  const typical = typicalVolume(columns, from);
  for (let i = from; i < columns.volume.length; i++) columns.volume[i] = typical * 4 * random.uniform();
}

function blank({ columns, from, open }: Stretch, count: number): void {
  const end = Math.min(columns.open.length, from + count);
  for (let i = from; i < end; i++) {
    if (i >= from + open) columns.open[i] = Number.NaN;
    columns.high[i] = columns.low[i] = columns.close[i] = columns.volume[i] = Number.NaN;
  }
}

/** Without the next few or many rows; one time in four without all that follow. */
export function gapped(columns: Columns, from: number, random: Random): Columns {
  const rows = columns.open.length;
  if (rows <= from) return columns;
  const most = Math.min(rows - from, random.uniform() < 0.5 ? 5 : 400);
  const gone = random.uniform() < 0.25 ? rows - from : random.integer(1, most);
  const kept = {} as Columns;
  for (const name of CANDLE_COLUMNS) {
    const column = new Float64Array(rows - gone);
    column.set(columns[name].subarray(0, from));
    column.set(columns[name].subarray(from + gone), from);
    kept[name] = column;
  }
  return kept;
}

/** Rows that are not known yet with other numbers in them, or none of those rows. */
export function changedInformation(
  table: Information,
  time: number,
  kind: Perturbation,
  random: Random,
): Information {
  if (kind === "gapped") return keepRows(table, (at) => at <= time);
  const factor = kind === "flipped" ? -1 : 0.3 + 2 * random.uniform();
  const isFuture = (row: number): boolean => !(table.availableAt[row] <= time);
  const values = Object.entries(table.values).map(([name, column]): [string, Float64Array] => [
    name,
    column.map((value, row) =>
      isFuture(row) ? (kind === "blank" ? Number.NaN : factor * value + (value === 0 ? factor : 0)) : value,
    ),
  ]);
  return {
    name: table.name,
    availableAt: table.availableAt.slice(),
    ...(table.about !== undefined && { about: table.about.slice() }),
    values: Object.fromEntries(values),
  };
}

/** The close before a row; the row's own open where it is the first. */
function anchorOf({ open, close }: CandleColumns, row: number): number {
  const before = row > 0 ? close[row - 1] : open[row];
  return before > 0 ? before : 1;
}

/** The mean volume of up to a hundred candles around a row. */
function typicalVolume({ volume }: CandleColumns, row: number): number {
  let sum = 0;
  let count = 0;
  for (let i = Math.max(0, row - 50); i < Math.min(volume.length, row + 50); i++) {
    if (volume[i] >= 0) {
      sum += volume[i];
      count++;
    }
  }
  return sum > 0 ? sum / count : 1;
}

export function copyOf(columns: CandleColumns, rows: number): Columns {
  const copies = {} as Columns;
  for (const name of CANDLE_COLUMNS) copies[name] = columns[name].slice(0, rows);
  return copies;
}
